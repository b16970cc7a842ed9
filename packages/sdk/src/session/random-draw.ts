// How are machines picked by lot, so that nobody else decides where a request goes?
import { readU32 } from '../internal/bytes.js';
import type { Random } from '../seal/random.js';

const RANGE = 2 ** 32;

/** A uniform whole number in [0, bound); `bound` is 1 to 2^32. */
export function randomBelow(random: Random, bound: number): number {
  // Values from here on would favour the smaller results.
  const limit = RANGE - (RANGE % bound);
  for (;;) {
    const value = readU32(random(4), 0);
    if (value < limit) return value % bound;
  }
}

/** All items in uniformly random order. */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const rest = [...items];
  const out: T[] = [];
  while (rest.length > 0) out.push(...rest.splice(randomBelow(random, rest.length), 1));
  return out;
}

/** `count` distinct items: the first uniform over all, the others by weight (each at least 1). */
export function drawWeighted<T extends object>(
  random: Random,
  items: readonly T[],
  count: number,
  weight: (item: T) => number,
): T[] {
  const [first, ...rest] = shuffled(random, items);
  if (first === undefined || count < 1) return [];
  const drawn = [first];
  while (drawn.length < count && rest.length > 0) {
    const weights = rest.map((item) => Math.max(1, Math.floor(weight(item))));
    let ticket = randomBelow(
      random,
      weights.reduce((sum, value) => sum + value, 0),
    );
    const index = weights.findIndex((value) => {
      ticket -= value;
      return ticket < 0;
    });
    drawn.push(...rest.splice(index, 1));
  }
  return drawn;
}
