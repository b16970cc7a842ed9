// Where is a long text cut into parts a model can read? Between sections, else paragraphs, else sentences.
import { type DocumentText, type PageText, type PageUnit, pageMark } from '../readers/document-text.js';

export interface Chunk {
  /** From 0. */
  readonly index: number;
  /** What is in it of each page. */
  readonly pages: readonly PageText[];
  /** First and last page. */
  readonly from: number;
  readonly to: number;
}

interface Block {
  readonly page: number;
  readonly text: string;
  readonly tokens: number;
  readonly opensSection: boolean;
  /** Goes on from the block before: the two were one paragraph. */
  readonly continues: boolean;
}

/** A part may end before a heading once it is this full. */
const FULL_ENOUGH = 0.5;
/** Of a paragraph that had to be cut, so much is repeated in the next part. */
const OVERLAP = 0.07;
const HEADING_UNITS_MAX = 90;

/** @param maxTokens of one part; `count` counts them */
export function chunkDocument(
  document: Pick<DocumentText, 'pages' | 'unit'>,
  maxTokens: number,
  count: (text: string) => number,
): Chunk[] {
  const chunks: Chunk[] = [];
  let held: Block[] = [];
  let tokens = 0;
  const flush = (): void => {
    if (held.length > 0) chunks.push(chunkOf(held, chunks.length));
    held = [];
    tokens = 0;
  };
  for (const block of blocksOf(document, maxTokens, count)) {
    const before = held.at(-1);
    const isFull = tokens + block.tokens > maxTokens;
    if (isFull || (block.opensSection && tokens > maxTokens * FULL_ENOUGH)) {
      flush();
      if (block.continues && before !== undefined) {
        const tail = tailOf(before.text, Math.floor(before.text.length * OVERLAP));
        if (tail !== '') held.push({ ...before, text: `… ${tail}`, tokens: 0 });
      }
    }
    held.push(block);
    tokens += block.tokens;
  }
  flush();
  return chunks;
}

/** Text of pages with a line such as `[p. 3]` before each, as parts and whole documents are shown to a model. */
export function markedText(pages: readonly PageText[], unit: PageUnit): string {
  return pages
    .filter(({ text }) => text !== '')
    .map(({ number, text }) =>
      unit === 'none' ? unmarked(text) : `[${pageMark(unit, number)}]\n${unmarked(text)}`,
    )
    .join('\n\n');
}

/** A document's own lines that look like our marks must not be taken for them. */
function unmarked(text: string): string {
  return text.replace(/^\[((?:p|ch)\. ?\d+|(?:page|slide|sheet) \d+)\]$/gim, '($1)');
}

function chunkOf(blocks: readonly Block[], index: number): Chunk {
  const pages: { number: number; text: string }[] = [];
  for (const { page, text, continues } of blocks) {
    const last = pages.at(-1);
    if (last?.number === page) last.text += `${continues ? ' ' : '\n\n'}${text}`;
    else pages.push({ number: page, text });
  }
  return { index, pages, from: pages[0]?.number ?? 1, to: pages.at(-1)?.number ?? 1 };
}

function* blocksOf(
  { pages }: Pick<DocumentText, 'pages'>,
  maxTokens: number,
  count: (text: string) => number,
): Generator<Block> {
  for (const { number: page, text } of pages) {
    for (const paragraph of text.split(/\n{2,}/)) {
      if (paragraph.trim() === '') continue;
      const opensSection = looksLikeHeading(paragraph);
      let continues = false;
      for (const piece of piecesOf(paragraph, maxTokens, count)) {
        yield { page, text: piece, tokens: count(piece), opensSection, continues };
        continues = true;
      }
    }
  }
}

function looksLikeHeading(paragraph: string): boolean {
  if (/^#{1,6} /.test(paragraph)) return true;
  const isOneLine = !paragraph.includes('\n') && paragraph.length <= HEADING_UNITS_MAX;
  return isOneLine && /^(?:\d+(?:\.\d+)*\.?\s+)?\p{Lu}/u.test(paragraph) && !/[.,;:!?]$/.test(paragraph);
}

/** A paragraph that fits stays whole; a longer one is cut after lines or sentences, and if it has neither, anywhere. */
function* piecesOf(text: string, maxTokens: number, count: (text: string) => number): Generator<string> {
  let rest = text;
  for (let tokens = count(rest); tokens > maxTokens; tokens = count(rest)) {
    // Characters of a token are about the same all over a paragraph.
    const most = Math.max(1, Math.floor((rest.length * maxTokens * 0.9) / tokens));
    const cut = cutAt(rest, most);
    yield rest.slice(0, cut).trimEnd();
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '') yield rest;
}

/** The last good place to cut at or before `most`: after a sentence, a line or a word. At least half of it is used. */
function cutAt(text: string, most: number): number {
  const head = text.slice(0, most);
  for (const ends of [['. ', '! ', '? ', '.\n', '。', '！', '？'], ['\n'], [' ']]) {
    const cut = Math.max(...ends.map((end) => head.lastIndexOf(end) + end.length));
    if (cut > most / 2) return cut;
  }
  const splitsPair = /[\udc00-\udfff]/.test(text.charAt(most)) && most > 1;
  return splitsPair ? most - 1 : most;
}

function tailOf(text: string, units: number): string {
  const tail = text.slice(text.length - units);
  return tail.slice(Math.max(0, tail.search(/\s/) + 1));
}
