// What does the document say about this? An answer made from its passages, with quotations and pages that were checked.
import { CocoonError } from '@cocoonkit/sdk';
import { type PageText, pageMark } from '../readers/document-text.js';
import { type Asking, askModel, begin } from './ask-model.js';
import { checkAnswer } from './check-answer.js';
import { type Chunk, markedText } from './chunk-document.js';
import { countTokens } from './estimate-tokens.js';
import { extractSentences } from './extract-sentences.js';
import { lacksFeature } from './lacks-feature.js';
import { ENGLISH_WORDS, type LongTextOptions, languageName, randomBytes } from './long-text-options.js';
import { createPassageIndex, type PassageIndex } from './passage-index.js';
import { plainMarkdown } from './plain-markdown.js';
import { askPrompt, NOT_FOUND, searchWordsPrompt } from './prompts.js';
import { quotesOf } from './quote-index.js';

export interface AskOptions extends LongTextOptions {
  readonly question: string;
  /** Of the same document, to ask more than once. */
  readonly index?: PassageIndex | undefined;
  /** Pages that were shown to the model. */
  readonly onPassages?: ((pages: readonly PageText[]) => void) | undefined;
}

const PASSAGES = 6;
const PROMPT_SHARE = 0.6;
const ANSWER_TOKENS = 600;
const QUESTION_UNITS_MAX = 1_000;
const QUOTES = 3;
const SAMPLE_UNITS = 1_500;
const SEARCH_WORDS_TOKENS = 60;

/**
 * Yields a Markdown answer. Words in quotation marks stand in the document word for word; page marks name pages that were
 * read. A document without an answer gives `words.notFound`; a question that shares no word with it costs nothing, or one
 * small call with a model that writes.
 *
 * @throws CocoonError `QUESTION_EMPTY`, `MODEL_LACKS_FEATURE`, what the model throws; kind `aborted` when the signal fires
 */
export async function* askDocument(options: AskOptions): AsyncGenerator<string> {
  const { model, document } = options;
  const question = options.question.trim().slice(0, QUESTION_UNITS_MAX);
  if (question === '') throw questionEmpty();
  const writes = model.features.has('chat');
  if (!writes && !model.features.has('quote')) throw lacksFeature('quote');
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const asking = { model, signal, onAnswer: options.onAnswer };
  const words = { ...ENGLISH_WORDS, ...options.words };
  try {
    const index = options.index ?? (await createPassageIndex(document));
    const ranked = index.rank(question);
    const best =
      ranked.length > 0 || !writes ? ranked : await rankByOtherWords(asking, index, question, options);
    if (best.length === 0) {
      yield words.notFound;
      return;
    }
    const pages = choosePassages(index, best, options);
    options.onPassages?.(pages);
    options.onProgress?.({ stage: 'writing' });
    yield* writes
      ? write(asking, pages, { ...options, question }, words.notFound)
      : quote(asking, pages, { ...options, question }, words.notFound);
  } finally {
    stop.abort();
  }
}

async function* write(
  asking: Asking,
  pages: readonly PageText[],
  options: AskOptions,
  notFound: string,
): AsyncGenerator<string> {
  const { document, question } = options;
  const shown = new Set(pages.map(({ number }) => number));
  const messages = askPrompt(markedText(pages, document.unit), question, contextOf(options));
  const answer = unlessNotFound(begin(asking, { messages, maxTokens: ANSWER_TOKENS }), notFound);
  yield* checkAnswer(answer, {
    unit: document.unit,
    quotes: quotesOf(document),
    mayCite: (page) => shown.has(page),
  });
}

async function* quote(
  asking: Asking,
  pages: readonly PageText[],
  options: AskOptions,
  notFound: string,
): AsyncGenerator<string> {
  const { document, question } = options;
  const extract = { task: 'quote', query: question, sentences: QUOTES } as const;
  const sentences = await extractSentences(asking, { document, pages, extract });
  for (const { text, page } of sentences) {
    const mark = pageMark(document.unit, page);
    yield `- “${plainMarkdown(text)}”${mark === '' ? '' : ` (${mark})`}\n`;
  }
  if (sentences.length === 0) yield notFound;
}

/** The question may be in another language than the document. */
async function rankByOtherWords(
  asking: Asking,
  index: PassageIndex,
  question: string,
  options: AskOptions,
): Promise<number[]> {
  const sample = options.document.pages
    .map(({ text }) => text)
    .join('\n')
    .slice(0, SAMPLE_UNITS);
  const messages = searchWordsPrompt(question, sample, contextOf(options));
  return index.rank(await askModel(asking, { messages, maxTokens: SEARCH_WORDS_TOKENS }));
}

/** The best passages, then their neighbours, as far as they fit; given in the order of the document. */
function choosePassages(
  { passages }: PassageIndex,
  best: readonly number[],
  { model }: AskOptions,
): PageText[] {
  const top = best.slice(0, PASSAGES);
  const wanted = new Set([...top, ...top.flatMap((number) => [number - 1, number + 1])]);
  const budget = Math.floor(model.contextTokens * PROMPT_SHARE) - ANSWER_TOKENS;
  const chosen: Chunk[] = [];
  let tokens = 0;
  for (const number of wanted) {
    const passage = passages[number];
    if (passage === undefined) continue;
    tokens += passage.pages.reduce((sum, { text }) => sum + countTokens(model, text), 0);
    if (tokens > budget && chosen.length > 0) break;
    chosen.push(passage);
  }
  const pages: { number: number; text: string }[] = [];
  for (const { pages: parts } of chosen.sort((a, b) => a.index - b.index)) {
    for (const { number, text } of parts) {
      const last = pages.at(-1);
      if (last?.number === number) last.text += `\n\n${text}`;
      else pages.push({ number, text });
    }
  }
  return pages;
}

/** A model that says at once that there is no answer is not listened to any further. */
async function* unlessNotFound(pieces: AsyncIterable<string>, notFound: string): AsyncGenerator<string> {
  let held: string | undefined = '';
  for await (const piece of pieces) {
    if (held === undefined) {
      yield piece;
      continue;
    }
    held += piece;
    const start = held.trimStart().slice(0, NOT_FOUND.length);
    if (start === NOT_FOUND) {
      yield notFound;
      return;
    }
    if (NOT_FOUND.startsWith(start)) continue;
    yield held;
    held = undefined;
  }
  if (held !== undefined) yield held.trim() === '' ? notFound : held;
}

function contextOf({ document, language, random }: AskOptions) {
  return { unit: document.unit, language: languageName(language), random: random ?? randomBytes };
}

function questionEmpty(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'QUESTION_EMPTY',
    message: 'There is no question.',
    remedy: 'Nothing was sent. Write what you want to know.',
  });
}
