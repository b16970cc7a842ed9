// Which sentences are most like the rest of the text?
import type { Effort } from './effort.js';
import { type SentenceVector, similarity } from './word-vectors.js';

/** A sentence is compared only with sentences that share one of its rarest terms: this many terms ... */
const LINK_TERMS = 12;
/** ... and with at most this many sentences for each, so the work grows with the text, not with its square. */
const MAX_SENTENCES_PER_TERM = 48;
/** Weaker likeness is chance. */
const MIN_SIMILARITY = 0.03;
const DAMPING = 0.85;
const ROUNDS = 20;

/** Random-walk centrality over the likeness graph: one number per vector, sum about 1. */
export async function scoreCentrality(vectors: readonly SentenceVector[], effort: Effort): Promise<number[]> {
  const links = await linkSentences(vectors, effort);
  const strength = links.map((link) => link.reduce((sum, { weight }) => sum + weight, 0));
  let scores = vectors.map(() => 1 / Math.max(1, vectors.length));
  for (let round = 0; round < ROUNDS; round++) {
    const next = vectors.map(() => (1 - DAMPING) / vectors.length);
    for (const [from, link] of links.entries()) {
      const share = (DAMPING * (scores[from] ?? 0)) / (strength[from] || 1);
      for (const { to, weight } of link) next[to] = (next[to] ?? 0) + share * weight;
      await effort.spend(1 + (link.length >> 3));
    }
    scores = next;
  }
  return scores;
}

interface Link {
  to: number;
  weight: number;
}

async function linkSentences(vectors: readonly SentenceVector[], effort: Effort): Promise<Link[][]> {
  const links: Link[][] = vectors.map(() => []);
  const sentencesOf = new Map<number, number[]>();
  for (const [i, vector] of vectors.entries()) {
    const partners = new Set<number>();
    for (const term of rarest(vector)) {
      const sharing = sentencesOf.get(term) ?? [];
      for (const partner of sharing) partners.add(partner);
      if (sharing.length < MAX_SENTENCES_PER_TERM) sharing.push(i);
      sentencesOf.set(term, sharing);
    }
    for (const partner of partners) {
      const other = vectors[partner];
      const weight = other === undefined ? 0 : similarity(vector, other);
      if (weight < MIN_SIMILARITY) continue;
      links[i]?.push({ to: partner, weight });
      links[partner]?.push({ to: i, weight });
    }
    await effort.spend(1 + partners.size * 4);
  }
  return links;
}

function rarest({ terms, weights }: SentenceVector): number[] {
  return terms
    .map((term, i) => ({ term, weight: weights[i] ?? 0 }))
    .sort((a, b) => b.weight - a.weight || a.term - b.term)
    .slice(0, LINK_TERMS)
    .map(({ term }) => term);
}
