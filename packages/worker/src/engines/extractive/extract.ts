// Which sentences of the text are the answer, and how is each written?
import type { Effort } from './effort.js';
import { findSentences } from './find-sentences.js';
import type { ExtractiveRequest } from './parse-request.js';
import { rankSentences } from './rank-sentences.js';
import { requestInvalid } from './request-error.js';
import { selectSentences } from './select-sentences.js';
import { type Sentence, splitSentences } from './split-sentences.js';
import { buildCorpus } from './word-vectors.js';

const SENTENCES = { quote: 3, search: 10 } as const;

/**
 * The lines of the answer, in the order of the text. Each holds one sentence, word for word; a search or quotation
 * without a match has none.
 *
 * @throws CocoonError `REQUEST_INVALID` when every sentence is longer than `maxWords`; `CONTEXT_OVERFLOW`; `ABORTED`.
 */
export async function extract(request: ExtractiveRequest, effort: Effort): Promise<string[]> {
  const { task, query, maxWords } = request;
  const sentences = await splitSentences(request.document, effort);
  const corpus = await buildCorpus(sentences, effort);
  const ranked =
    query === undefined || task === 'summarize'
      ? await rankSentences(corpus, effort)
      : await findSentences(corpus, query, effort);
  const wanted =
    request.sentences ?? (task === 'summarize' ? summaryLength(sentences.length, maxWords) : SENTENCES[task]);
  const chosen = await selectSentences(ranked, { sentences: wanted, maxWords }, effort);
  if (chosen.length === 0 && ranked.length > 0) {
    throw requestInvalid('every sentence of the text is longer than the words allowed');
  }
  return chosen.map((sentence) => write(sentence, task));
}

/** A fifth of the text, at least two and at most eight sentences; with a cap on words, as many as fit. */
function summaryLength(sentences: number, maxWords: number | undefined): number {
  if (maxWords !== undefined) return Math.max(1, Math.min(50, sentences - 1));
  return sentences < 3 ? 1 : Math.min(8, Math.max(2, Math.ceil(sentences / 5)));
}

function write({ text, index, page }: Sentence, task: ExtractiveRequest['task']): string {
  const onPage = page === undefined ? '' : `p. ${page}`;
  switch (task) {
    case 'summarize':
      return text;
    case 'quote':
      return onPage === '' ? `“${text}”` : `“${text}” (${onPage})`;
    case 'search':
      return onPage === '' ? `[${index + 1}] ${text}` : `[${index + 1}, ${onPage}] ${text}`;
    default:
      return task satisfies never;
  }
}
