// Which sentences speak about the words somebody looks for?
import type { Effort } from './effort.js';
import type { RankedSentence } from './rank-sentences.js';
import { splitWords } from './split-words.js';
import type { Corpus } from './word-vectors.js';

/** A sentence with the very wording of the query comes before all others. */
const EXACT_BONUS = 10;

/** Sentences that share words with the query, best first; empty when none does. Rare words count more. */
export async function findSentences(
  corpus: Corpus,
  query: string,
  effort: Effort,
): Promise<RankedSentence[]> {
  const terms = new Set<number>();
  for (const stem of splitWords(query).stems) {
    const term = corpus.termOf.get(stem);
    if (term !== undefined) terms.add(term);
  }
  const wording = foldCase(query.trim());
  const found: RankedSentence[] = [];
  for (const vector of corpus.vectors) {
    let score = foldCase(vector.sentence.text).includes(wording) ? EXACT_BONUS : 0;
    for (const [i, term] of vector.terms.entries()) {
      if (!terms.has(term)) continue;
      score +=
        Math.log(1 + corpus.vectors.length / (corpus.sentencesWith[term] ?? 1)) + (vector.weights[i] ?? 0);
    }
    if (score > 0) found.push({ vector, score });
    await effort.spend(2 + vector.terms.length);
  }
  return found.sort((a, b) => b.score - a.score || a.vector.sentence.index - b.vector.sentence.index);
}

function foldCase(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
