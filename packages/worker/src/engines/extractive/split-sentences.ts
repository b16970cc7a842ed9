// Where do the sentences of a text begin and end?
import type { Effort } from './effort.js';
import { contextOverflow } from './request-error.js';

/** Longer pieces (tables, text without stops) are cut at a space, so that one piece can never be the whole text. */
export const MAX_SENTENCE_UNITS = 1000;

/** The segmenter sees this much at a time: its cost for hostile text grows with the square of the length. */
const BLOCK_UNITS = 8192;
/** Twice the sentences of the largest ordinary text that fits the size limit. */
export const MAX_SENTENCES = 100_000;

export interface Sentence {
  /** Slice of the document, character for character. */
  text: string;
  /** Place among all sentences, from 0. */
  index: number;
  /** First sentence of a paragraph. */
  opensParagraph: boolean;
  /** Page from the marks in the text (form feed or `[page N]`); absent when it has none. */
  page?: number | undefined;
}

const PAGE_MARK = /\f|\[page (\d{1,6})\]/gi;
const sentences = new Intl.Segmenter('und', { granularity: 'sentence' });

/**
 * Splits a document. Sentences are untouched slices of it, trimmed, in order, without empty ones.
 * @throws CocoonError `CONTEXT_OVERFLOW` above {@link MAX_SENTENCES}; `ABORTED`.
 */
export async function splitSentences(document: string, effort: Effort): Promise<Sentence[]> {
  const found: Sentence[] = [];
  for (const { start, end, page } of splitPages(document)) {
    for (const [from, to] of splitParagraphs(document, start, end)) {
      const turn = effort.spend(1);
      if (turn !== undefined) await turn;
      if (from === to) continue;
      let opensParagraph = true;
      for await (const text of piecesOf(document.slice(from, to), effort)) {
        if (found.length === MAX_SENTENCES) throw contextOverflow(MAX_SENTENCES, 'sentences or lines');
        found.push({ text, index: found.length, opensParagraph, page });
        opensParagraph = false;
      }
    }
  }
  return found;
}

interface Page {
  start: number;
  end: number;
  page: number | undefined;
}

function* splitPages(document: string): Generator<Page> {
  let start = 0;
  let page = document.includes('\f') ? 1 : undefined;
  for (const mark of document.matchAll(PAGE_MARK)) {
    yield { start, end: mark.index, page };
    page = mark[1] === undefined ? (page ?? 1) + 1 : Number(mark[1]);
    start = mark.index + mark[0].length;
  }
  yield { start, end: document.length, page };
}

function* splitParagraphs(document: string, start: number, end: number): Generator<[number, number]> {
  let from = start;
  let lineStart = start;
  while (lineStart < end) {
    const newline = document.indexOf('\n', lineStart);
    const lineEnd = newline === -1 || newline > end ? end : newline;
    const next = lineEnd + 1;
    if (endsParagraph(document, lineStart, lineEnd, next)) {
      yield [from, lineEnd];
      from = next;
    }
    lineStart = next;
  }
  if (from < end) yield [from, end];
}

/** Lines filled to a right margin are one paragraph; a short line, a list item or an empty line stands for itself. */
function endsParagraph(document: string, lineStart: number, lineEnd: number, next: number): boolean {
  if (lineEnd - lineStart < 40) return true;
  const following = document.slice(next, next + 12);
  return following === '' || /^\s*(?:$|[\r\n]|[-*•–—#|>]|\d{1,3}[.)])/.test(following);
}

async function* piecesOf(paragraph: string, effort: Effort): AsyncGenerator<string> {
  // A line break would end a sentence; a space of the same length keeps every offset.
  const unwrapped = paragraph.replace(/[\r\n]/g, ' ');
  let start = 0;
  while (start < unwrapped.length) {
    const end = Math.min(unwrapped.length, start + BLOCK_UNITS);
    const whole = end === unwrapped.length;
    let from = start;
    let to = start;
    for (const { segment } of sentences.segment(unwrapped.slice(start, end))) {
      to += segment.length;
      await effort.spend(1 + (segment.length >> 3));
      // The last sentence of a block may go on behind it: it is split again with the next block.
      if (to === end || endsInAbbreviation(unwrapped, from, to)) continue;
      yield* cut(paragraph, from, to);
      from = to;
    }
    if (!whole && end - from <= BLOCK_UNITS / 2) start = from;
    else {
      const stop = whole ? end : beforeSurrogateTail(paragraph, end);
      yield* cut(paragraph, from, stop);
      start = stop;
    }
  }
}

/** Initials (`J.`, `z. B.`) and titles are not the end of a sentence, whatever follows. */
function endsInAbbreviation(text: string, start: number, end: number): boolean {
  const tail = text.slice(Math.max(start, end - 12), end);
  return /(?:^|[\s(.])(?:\p{L}|Dr|Mr|Mrs|Ms|Prof|St|Nr|vgl|ca|bzw|Sr|Sra|Mme|fig|vs|ул|им|стр)\.\s+$/iu.test(
    tail,
  );
}

function* cut(paragraph: string, start: number, end: number): Generator<string> {
  let from = start;
  while (end - from > MAX_SENTENCE_UNITS) {
    const space = paragraph.slice(from, from + MAX_SENTENCE_UNITS).lastIndexOf(' ');
    const to = space > 0 ? from + space : beforeSurrogateTail(paragraph, from + MAX_SENTENCE_UNITS);
    const piece = paragraph.slice(from, to).trim();
    if (piece !== '') yield piece;
    from = to;
  }
  const rest = paragraph.slice(from, end).trim();
  if (rest !== '') yield rest;
}

/** A place to cut at or just before `place`, never between the halves of a surrogate pair. */
function beforeSurrogateTail(text: string, place: number): number {
  const split = /[\udc00-\udfff]/.test(text.charAt(place)) && /[\ud800-\udbff]/.test(text.charAt(place - 1));
  return split ? place - 1 : place;
}
