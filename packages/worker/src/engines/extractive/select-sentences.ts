// Which of the best sentences together make the answer, without saying the same thing twice?
import type { Effort } from './effort.js';
import type { RankedSentence } from './rank-sentences.js';
import type { Sentence } from './split-sentences.js';
import { similarity } from './word-vectors.js';

/** How much a sentence loses for repeating a chosen one (maximal marginal relevance). */
const REPETITION_COST = 0.5;
/** At or above this likeness a sentence is the same sentence again. */
const SAME_SENTENCE = 0.85;
/** Only this many of the best are looked at for each sentence wanted. */
const CANDIDATES_PER_SENTENCE = 20;

export interface Length {
  /** Most sentences. */
  sentences: number;
  /** Most words, all sentences together. */
  maxWords?: number | undefined;
}

/** Chooses from sentences ranked best first; the answer is in the order of the document. May be empty if none is short enough. */
export async function selectSentences(
  ranked: readonly RankedSentence[],
  length: Length,
  effort: Effort,
): Promise<Sentence[]> {
  const maxWords = length.maxWords ?? Number.POSITIVE_INFINITY;
  const fitting = ranked.filter(({ vector }) => vector.words <= maxWords);
  const left = fitting
    .slice(0, length.sentences * CANDIDATES_PER_SENTENCE)
    .map((candidate) => ({ ...candidate, repeats: 0 }));
  const chosen: Sentence[] = [];
  let words = 0;
  while (chosen.length < length.sentences) {
    let best: (typeof left)[number] | undefined;
    for (const candidate of left) {
      if (candidate.repeats >= SAME_SENTENCE || words + candidate.vector.words > maxWords) continue;
      if (best === undefined || worth(candidate) > worth(best)) best = candidate;
    }
    if (best === undefined) break;
    const { vector } = best;
    left.splice(left.indexOf(best), 1);
    chosen.push(vector.sentence);
    words += vector.words;
    for (const candidate of left) {
      candidate.repeats = Math.max(candidate.repeats, similarity(candidate.vector, vector));
    }
    await effort.spend(left.length * 4);
  }
  return chosen.sort((a, b) => a.index - b.index);
}

function worth({ score, repeats }: { score: number; repeats: number }): number {
  return score * (1 - REPETITION_COST * repeats);
}
