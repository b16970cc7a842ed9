// What is each sentence about, as numbers that can be compared?
import type { Effort } from './effort.js';
import type { Sentence } from './split-sentences.js';
import { splitWords } from './split-words.js';

/** Words with meaning that a sentence is compared by; the rarest stay. */
const MAX_TERMS = 40;

export interface SentenceVector {
  sentence: Sentence;
  /** All words, small ones included. */
  words: number;
  /** Term numbers, ascending, without repeats, and the weight of each; weights have length 1 as a vector. */
  terms: readonly number[];
  weights: readonly number[];
}

export interface Corpus {
  vectors: readonly SentenceVector[];
  /** For each term number, the number of sentences that have it. */
  sentencesWith: readonly number[];
  /** Number of a stem, if the document has it. */
  termOf: ReadonlyMap<string, number>;
}

/** Turns sentences into term vectors weighted by rarity (tf-idf within the document). */
export async function buildCorpus(sentences: readonly Sentence[], effort: Effort): Promise<Corpus> {
  const termOf = new Map<string, number>();
  const sentencesWith: number[] = [];
  const counted: { sentence: Sentence; words: number; counts: Map<number, number> }[] = [];
  for (const sentence of sentences) {
    const { stems, count } = splitWords(sentence.text);
    const counts = new Map<number, number>();
    for (const stem of stems) {
      const term = termOf.get(stem) ?? termOf.size;
      termOf.set(stem, term);
      if (!counts.has(term)) sentencesWith[term] = (sentencesWith[term] ?? 0) + 1;
      counts.set(term, (counts.get(term) ?? 0) + 1);
    }
    counted.push({ sentence, words: count, counts });
    await effort.spend(4 + count + (sentence.text.length >> 3));
  }
  const vectors: SentenceVector[] = [];
  for (const { sentence, words, counts } of counted) {
    vectors.push({ sentence, words, ...weigh(counts, sentencesWith, sentences.length) });
    await effort.spend(counts.size);
  }
  return { vectors, sentencesWith, termOf };
}

function weigh(
  counts: ReadonlyMap<number, number>,
  sentencesWith: readonly number[],
  total: number,
): { terms: number[]; weights: number[] } {
  const weighted = [...counts].map(([term, count]) => ({
    term,
    weight: (1 + Math.log(count)) * Math.log(1 + total / (sentencesWith[term] ?? 1)),
  }));
  weighted.sort((a, b) => b.weight - a.weight || a.term - b.term);
  const kept = weighted.slice(0, MAX_TERMS).sort((a, b) => a.term - b.term);
  const length = Math.hypot(...kept.map(({ weight }) => weight)) || 1;
  return { terms: kept.map(({ term }) => term), weights: kept.map(({ weight }) => weight / length) };
}

/** Cosine of two vectors, 0 (nothing shared) to 1. */
export function similarity(a: SentenceVector, b: SentenceVector): number {
  let sum = 0;
  for (let i = 0, j = 0; i < a.terms.length && j < b.terms.length; ) {
    const left = a.terms[i] ?? 0;
    const right = b.terms[j] ?? 0;
    if (left === right) sum += (a.weights[i++] ?? 0) * (b.weights[j++] ?? 0);
    else if (left < right) i += 1;
    else j += 1;
  }
  return sum;
}
