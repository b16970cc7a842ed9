// Which sentences does a model that only picks them pick, and does the document really say them?
import type { ModelRequest } from '../model/private-model.js';
import type { DocumentText, PageText } from '../readers/document-text.js';
import { type Asking, begin, isFinal } from './ask-model.js';
import { quotesOf } from './quote-index.js';

export interface FoundSentence {
  /** Word for word, on one line. */
  readonly text: string;
  readonly page: number;
}

const ANSWER_TOKENS = 4_000;
/** Of one answer; a picker that sends more is stopped. */
const SENTENCES_MAX = 200;

/**
 * @param pages what is sent; `document` has them. Sentences that are not in the document are dropped; the page is where the
 * sentence stands, whatever the model says.
 * @throws CocoonError the second failure in a row, or the first if it is final
 */
export async function extractSentences(
  asking: Asking,
  {
    document,
    pages,
    extract,
  }: { document: DocumentText; pages: readonly PageText[]; extract: NonNullable<ModelRequest['extract']> },
): Promise<FoundSentence[]> {
  const content = pages.map(({ text }) => text).join('\n\f');
  if (!/[\p{L}\p{N}]/u.test(content)) return [];
  const request = { messages: [{ role: 'user' as const, content }], maxTokens: ANSWER_TOKENS, extract };
  let lines: string[];
  try {
    lines = await linesOf(asking, request);
  } catch (cause) {
    if (isFinal(cause) || asking.signal.aborted) throw cause;
    lines = await linesOf(asking, request);
  }
  const sent = new Set(pages.map(({ number }) => number));
  const found: FoundSentence[] = [];
  for (const line of lines) {
    const text = bare(line, extract.task);
    const on = quotesOf(document)
      .pagesOf(text)
      .filter((page) => sent.has(page));
    // They come in the order of the text: of several places the next one.
    const page = on.find((one) => one >= (found.at(-1)?.page ?? 0)) ?? on[0];
    if (page !== undefined) found.push({ text, page });
  }
  return found;
}

/** One sentence a piece; its own line breaks stay inside. */
async function linesOf(asking: Asking, request: Omit<ModelRequest, 'signal'>): Promise<string[]> {
  const lines: string[] = [];
  for await (const piece of begin(asking, request)) {
    const isNew = lines.length === 0 || piece.startsWith('\n');
    if (isNew) lines.push(piece);
    else lines.push((lines.pop() ?? '') + piece);
    if (lines.length > SENTENCES_MAX) break;
  }
  return lines;
}

/** Without the marks that quotations and search results have around the sentence. */
function bare(line: string, task: 'summarize' | 'quote' | 'search'): string {
  const text = line.replace(/\s+/g, ' ').trim();
  if (task === 'quote') return /^“(.*)”(?: \(p\. \d+\))?$/.exec(text)?.[1] ?? text;
  if (task === 'search') return text.replace(/^\[\d+(?:, p\. \d+)?\] /, '');
  return text;
}
