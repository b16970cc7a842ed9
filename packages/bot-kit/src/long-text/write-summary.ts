// How does a model that writes summarize a document of any length? In one call, or parts to notes, notes to fewer notes, then the text.
import { CocoonError } from '@cocoonkit/sdk';
import type { DocumentText } from '../readers/document-text.js';
import { answerEmpty } from './answer-empty.js';
import { type Asking, askModel, begin, isFinal } from './ask-model.js';
import { type AnswerRules, checkAnswer } from './check-answer.js';
import { type Chunk, chunkDocument, markedText } from './chunk-document.js';
import { countTokens } from './estimate-tokens.js';
import { languageName, notRead, randomBytes } from './long-text-options.js';
import { mapInOrder } from './map-in-order.js';
import { joinPrompt, notePrompt, type SummaryLength, summaryPrompt } from './prompts.js';
import { quotesOf } from './quote-index.js';
import type { SummarizeOptions } from './summarize-long.js';
import { type SummarySizes, summarySizes } from './summary-sizes.js';

/** Least tokens of an answer or a note, however small the model. */
const ANSWER_TOKENS_MIN = 64;
const CALLS_AT_ONCE = 3;
const NOTES_PER_JOIN = 8;
/** Notes that do not get shorter by joining would be joined for ever. */
const JOINS_MAX = 8;
const NOTE_TOKENS = 500;
const ANSWER_TOKENS: Readonly<Record<SummaryLength, number>> = { short: 500, medium: 1_000, sections: 2_000 };

interface Note {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

interface Work extends Asking {
  readonly options: SummarizeOptions;
  readonly document: DocumentText;
  readonly random: (length: number) => Uint8Array;
  readonly language: string;
  readonly count: (text: string) => number;
  readonly sizes: SummarySizes;
}

/** @throws CocoonError as `summarizeLong` */
export async function* writeSummary(options: SummarizeOptions): AsyncGenerator<string> {
  const { model, document } = options;
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const work: Work = {
    options,
    model,
    document,
    signal,
    onAnswer: options.onAnswer,
    random: options.random ?? randomBytes,
    language: languageName(options.language),
    count: (text) => countTokens(model, text),
    sizes: summarySizes(model),
  };
  try {
    const whole = markedText(document.pages, document.unit);
    if (work.count(whole) <= work.sizes.whole) {
      const done = yield* inOneCall(work, whole);
      if (done) return;
    }
    yield* inParts(work);
  } finally {
    stop.abort();
  }
}

/** Returns false when the model says, before its first word, that it was too long after all. */
async function* inOneCall(work: Work, text: string): AsyncGenerator<string, boolean> {
  let started = false;
  try {
    for await (const piece of finish(work, text, false)) {
      started = true;
      yield piece;
    }
    return true;
  } catch (cause) {
    if (!started && cause instanceof CocoonError && cause.code === 'CONTEXT_OVERFLOW') return false;
    throw cause;
  }
}

async function* inParts(work: Work): AsyncGenerator<string> {
  const { document, options } = work;
  const chunks = chunkDocument(document, work.sizes.part, work.count);
  const { notes, failed } = await takeNotes(work, chunks);
  const joined = await joinNotes(work, notes);
  yield* finish(work, joined.map(({ text }) => text).join('\n\n'), true);
  if (failed.length > 0) yield `\n\n${notRead(options, failed)}`;
}

async function takeNotes(work: Work, chunks: readonly Chunk[]): Promise<{ notes: Note[]; failed: Chunk[] }> {
  const { document, options } = work;
  const failed: Chunk[] = [];
  let done = 0;
  let last: unknown;
  options.onProgress?.({ stage: 'reading', done, of: chunks.length });
  const notes = await mapInOrder(chunks, CALLS_AT_ONCE, work.signal, async (chunk, signal) => {
    const place = { part: chunk.index + 1, of: chunks.length };
    const note = await tryNote(
      work,
      signal,
      chunk,
      notePrompt(markedText(chunk.pages, document.unit), { ...contextOf(work), ...place }),
    );
    if ('cause' in note) last = note.cause;
    options.onProgress?.({ stage: 'reading', done: ++done, of: chunks.length });
    return note;
  });
  const good: Note[] = [];
  for (const [index, note] of notes.entries()) {
    const chunk = chunks[index];
    if ('text' in note) good.push(note);
    else if (chunk !== undefined) failed.push(chunk);
  }
  if (good.length > 0) return { notes: good, failed };
  throw last ?? answerEmpty();
}

async function tryNote(
  work: Work,
  signal: AbortSignal,
  { from, to }: Pick<Note, 'from' | 'to'>,
  messages: ReturnType<typeof notePrompt>,
): Promise<Note | { cause: unknown }> {
  try {
    const answer = await askModel({ ...work, signal }, { messages, maxTokens: noteTokens(work) });
    // A note may cite only the pages it was made from.
    const text = await all(
      checkAnswer(
        once(answer),
        rulesOf(work, (page) => page >= from && page <= to),
      ),
    );
    return text === '' ? { cause: undefined } : { text, from, to };
  } catch (cause) {
    if (isFinal(cause) || signal.aborted) throw cause;
    return { cause };
  }
}

/** Until one call can write the answer from what is left. */
async function joinNotes(work: Work, all: readonly Note[]): Promise<readonly Note[]> {
  let notes = all;
  for (let round = 0; round < JOINS_MAX; round++) {
    const size = work.count(notes.map(({ text }) => text).join('\n\n'));
    if (size <= work.sizes.whole || notes.length === 1) return notes;
    const groups = groupNotes(work, notes);
    let done = 0;
    work.options.onProgress?.({ stage: 'joining', done, of: groups.length });
    notes = await mapInOrder(groups, CALLS_AT_ONCE, work.signal, async (group, signal) => {
      const joined = await joinGroup(work, signal, group);
      work.options.onProgress?.({ stage: 'joining', done: ++done, of: groups.length });
      return joined;
    });
  }
  return notes;
}

/** A group that cannot be joined keeps the beginnings of its notes: something is lost, but no page as a whole. */
async function joinGroup(work: Work, signal: AbortSignal, group: readonly Note[]): Promise<Note> {
  const range = { from: group[0]?.from ?? 1, to: group.at(-1)?.to ?? 1 };
  const text = group.map((note) => note.text).join('\n\n');
  if (group.length === 1) return { ...range, text };
  const joined = await tryNote(work, signal, range, joinPrompt(text, contextOf(work)));
  if ('text' in joined) return joined;
  const most = Math.floor((noteTokens(work) * 3) / group.length);
  return { ...range, text: group.map((note) => note.text.slice(0, most)).join('\n') };
}

function groupNotes(work: Work, notes: readonly Note[]): Note[][] {
  const groups: Note[][] = [];
  let tokens = 0;
  for (const note of notes) {
    const size = work.count(note.text);
    const group = groups.at(-1);
    if (group === undefined || group.length === NOTES_PER_JOIN || tokens + size > work.sizes.whole) {
      groups.push([note]);
      tokens = size;
    } else {
      group.push(note);
      tokens += size;
    }
  }
  return groups;
}

async function* finish(work: Work, text: string, isNotes: boolean): AsyncGenerator<string> {
  const { options, model } = work;
  options.onProgress?.({ stage: 'writing' });
  const pages = new Set(work.document.pages.map(({ number }) => number));
  const messages = summaryPrompt(text, { ...contextOf(work), length: options.length, isNotes });
  const most = Math.max(ANSWER_TOKENS_MIN, Math.floor(model.contextTokens / 4));
  const answer = begin(work, { messages, maxTokens: Math.min(ANSWER_TOKENS[options.length], most) });
  yield* checkAnswer(
    answer,
    rulesOf(work, (page) => pages.has(page)),
  );
}

const noteTokens = ({ model }: Work): number =>
  Math.max(ANSWER_TOKENS_MIN, Math.min(NOTE_TOKENS, Math.floor(model.contextTokens / 8)));

const contextOf = ({ document, language, random }: Work) => ({ unit: document.unit, language, random });

function rulesOf({ document }: Work, mayCite: (page: number) => boolean): AnswerRules {
  return { unit: document.unit, quotes: quotesOf(document), mayCite };
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

async function all(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text.trim();
}
