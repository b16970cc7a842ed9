// Which passages of a document speak about these words? Ranked by BM25 (Robertson and Zaragoza, 2009), here and not by a model.
import { setImmediate } from 'node:timers/promises';
import type { DocumentText } from '../readers/document-text.js';
import { type Chunk, chunkDocument } from './chunk-document.js';
import { estimateTokens } from './estimate-tokens.js';
import { termsOf } from './terms-of.js';

export interface PassageIndex {
  readonly document: DocumentText;
  /** In the order of the document. */
  readonly passages: readonly Chunk[];
  /** Numbers of passages, best first; only those that share a telling word with the query. */
  rank(query: string): number[];
}

const PASSAGE_TOKENS = 250;
const K1 = 1.2;
const B = 0.75;
/** A word in more passages than this share tells nothing, unless the document is as short as a page. */
const COMMON_SHARE = 0.5;
const SHORT_PASSAGES = 6;
/** Passages after which other work of the process gets its turn. */
const TURN = 40;

interface Posting {
  readonly passage: number;
  readonly times: number;
}

/** Made once for a document: 500 pages take some tenths of a second, in small turns. */
export async function createPassageIndex(document: DocumentText): Promise<PassageIndex> {
  const passages = chunkDocument(document, PASSAGE_TOKENS, estimateTokens);
  const postings = new Map<string, Posting[]>();
  const lengths: number[] = [];
  for (const [passage, { pages }] of passages.entries()) {
    const terms = pages.flatMap(({ text }) => termsOf(text));
    lengths.push(terms.length);
    const times = new Map<string, number>();
    for (const term of terms) times.set(term, (times.get(term) ?? 0) + 1);
    for (const [term, count] of times) {
      const list = postings.get(term) ?? [];
      list.push({ passage, times: count });
      postings.set(term, list);
    }
    if (passage % TURN === TURN - 1) await setImmediate();
  }
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  return {
    document,
    passages,
    rank: (query) => rank(termsOf(query), { postings, lengths, average }),
  };
}

function rank(
  query: readonly string[],
  {
    postings,
    lengths,
    average,
  }: { postings: ReadonlyMap<string, readonly Posting[]>; lengths: readonly number[]; average: number },
): number[] {
  const scores = new Map<number, number>();
  const telling = new Set<number>();
  for (const term of new Set(query)) {
    const found = postings.get(term) ?? [];
    const isTelling = lengths.length <= SHORT_PASSAGES || found.length <= lengths.length * COMMON_SHARE;
    const rarity = Math.log(1 + (lengths.length - found.length + 0.5) / (found.length + 0.5));
    for (const { passage, times } of found) {
      const size = (lengths[passage] ?? 0) / average;
      const score = (rarity * times * (K1 + 1)) / (times + K1 * (1 - B + B * size));
      scores.set(passage, (scores.get(passage) ?? 0) + score);
      if (isTelling) telling.add(passage);
    }
  }
  return [...scores]
    .filter(([passage]) => telling.has(passage))
    .sort(([a, first], [b, second]) => second - first || a - b)
    .map(([passage]) => passage);
}
