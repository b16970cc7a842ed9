// How far in front is one of many who wait? A queue that knows each one's place without counting all who stand before.

/** One who waits. Belongs to its queue. */
export interface Ranked<T> {
  readonly item: T;
  readonly key: number;
  /** Changes as others leave; negative: not there any more. */
  place: number;
}

export interface RankedQueue<T> {
  readonly size: number;
  /** `key` must not be smaller than that of any who came before. */
  push(item: T, key: number): Ranked<T>;
  remove(ranked: Ranked<T>): void;
  /** From the front. */
  [Symbol.iterator](): Iterator<Ranked<T>>;
  /** How many have a key below this one, or the same and came before `than`. */
  before(key: number, than?: Ranked<T>): number;
}

/** So many empty places may stand between and before those that are taken, and as many again as are taken. */
const MOST_EMPTY = 64;

/** `push`, `remove` and `before` cost the logarithm of the size. */
export function createRankedQueue<T>(): RankedQueue<T> {
  let places: Ranked<T>[] = [];
  /** A binary indexed tree: how many places up to here are taken. */
  let counts: number[] = [0];
  let size = 0;
  /** All places before it are empty. */
  let first = 0;

  const countTo = (end: number): number => {
    let sum = 0;
    for (let at = end; at > 0; at -= at & -at) sum += counts[at] ?? 0;
    return sum;
  };

  function append(ranked: Ranked<T>): void {
    ranked.place = places.length;
    places.push(ranked);
    const at = places.length;
    // The new node covers some that are counted already, and itself.
    counts.push(countTo(at - 1) - countTo(at - (at & -at)) + 1);
  }

  function closeUp(): void {
    const kept = places.filter(({ place }) => place >= 0);
    places = [];
    counts = [0];
    first = 0;
    for (const ranked of kept) append(ranked);
  }

  return {
    get size() {
      return size;
    },
    push(item, key) {
      const ranked = { item, key, place: 0 };
      append(ranked);
      size++;
      return ranked;
    },
    remove(ranked) {
      if (ranked.place < 0) return;
      for (let at = ranked.place + 1; at < counts.length; at += at & -at) counts[at] = (counts[at] ?? 0) - 1;
      ranked.place = -1;
      size--;
      while (first < places.length && (places[first]?.place ?? 0) < 0) first++;
      if (places.length > 2 * size + MOST_EMPTY) closeUp();
    },
    *[Symbol.iterator]() {
      for (let at = first; at < places.length; at++) {
        const ranked = places[at];
        if (ranked !== undefined && ranked.place >= 0) yield ranked;
      }
    },
    before(key, than) {
      if (than !== undefined) return countTo(than.place);
      let from = 0;
      let to = places.length;
      while (from < to) {
        const middle = (from + to) >> 1;
        if ((places[middle]?.key ?? key) < key) from = middle + 1;
        else to = middle;
      }
      return countTo(from);
    },
  };
}
