// Which sentences say most of what the whole text says?
import { scoreCentrality } from './centrality.js';
import type { Effort } from './effort.js';
import type { Corpus, SentenceVector } from './word-vectors.js';

export interface RankedSentence {
  vector: SentenceVector;
  /** 0 or more; only the order matters. */
  score: number;
}

/** Shares of the three views; position counts least, because a good summary is not the beginning. */
const WEIGHT = { centrality: 0.45, frequency: 0.45, position: 0.1 } as const;
/** The graph is built over at most this many sentences, best first by word frequency. */
export const MAX_GRAPH_SENTENCES = 3_000;

/** Scores sentences by graph centrality, word frequency and position; best first, at most {@link MAX_GRAPH_SENTENCES}. */
export async function rankSentences(corpus: Corpus, effort: Effort): Promise<RankedSentence[]> {
  const last = corpus.vectors.length - 1;
  const byFrequency: RankedSentence[] = [];
  for (const vector of corpus.vectors) {
    byFrequency.push({ vector, score: frequencyOf(vector, corpus) });
    await effort.spend(1 + vector.terms.length);
  }
  byFrequency.sort(bestFirst);
  const candidates = byFrequency.slice(0, MAX_GRAPH_SENTENCES);
  const centrality = await scoreCentrality(
    candidates.map(({ vector }) => vector),
    effort,
  );
  const topFrequency = candidates[0]?.score || 1;
  const topCentrality = centrality.reduce((top, value) => Math.max(top, value), 0) || 1;
  return candidates
    .map(({ vector, score }, i) => ({
      vector,
      score:
        shapeOf(vector) *
        (WEIGHT.centrality * ((centrality[i] ?? 0) / topCentrality) +
          WEIGHT.frequency * (score / topFrequency) +
          WEIGHT.position * positionOf(vector, last)),
    }))
    .sort(bestFirst);
}

/** Higher score first, then the earlier sentence, so that the order never depends on chance. */
function bestFirst(a: RankedSentence, b: RankedSentence): number {
  return b.score - a.score || a.vector.sentence.index - b.vector.sentence.index;
}

/** Words that come back are what the text is about. Dividing by less than the length lets full sentences win. */
function frequencyOf({ terms }: SentenceVector, { sentencesWith }: Corpus): number {
  let sum = 0;
  for (const term of terms) sum += Math.log(sentencesWith[term] ?? 1) + 0.1;
  return sum / Math.max(4, terms.length) ** 0.5;
}

function positionOf({ sentence }: SentenceVector, last: number): number {
  if (sentence.index === 0) return 1;
  if (sentence.opensParagraph) return 0.7;
  return sentence.index === last ? 0.4 : 0;
}

/** Questions, headings and scraps seldom stand by themselves. */
function shapeOf({ sentence, words }: SentenceVector): number {
  const { text } = sentence;
  if (words < 4) return 0.3;
  if (/[?？؟]["'”»)\]]*$/.test(text)) return 0.6;
  return words < 10 && !/[.!。！…۔;"'”»)\]]$/.test(text) ? 0.4 : 1;
}
