// How is a changed byte string written as changes of a known one, so that hundreds of vectors stay small?
import { fromHex, toHex } from '../src/internal/bytes.js';

/** At this offset of the original: so many bytes removed, these inserted (hex). In ascending order, offsets of the original. */
export type Splice = [at: number, remove: number, insert: string];

const WINDOW = 12;

/** Walks both; where they differ, looks for the next place at which both read the same again. */
export function makeSplices(original: Uint8Array, changed: Uint8Array): Splice[] {
  const from = toHex(original);
  const to = toHex(changed);
  const places = new Map<string, number[]>();
  for (let i = 0; i + WINDOW <= original.length; i++) {
    const window = from.slice(2 * i, 2 * (i + WINDOW));
    const found = places.get(window);
    if (found === undefined) places.set(window, [i]);
    else found.push(i);
  }
  const splices: Splice[] = [];
  let i = 0;
  let j = 0;
  while (i < original.length || j < changed.length) {
    if (i < original.length && j < changed.length && original[i] === changed[j]) {
      i++;
      j++;
      continue;
    }
    let nextI = original.length;
    let nextJ = changed.length;
    for (let at = j; at + WINDOW <= changed.length; at++) {
      const place = places.get(to.slice(2 * at, 2 * (at + WINDOW)))?.find((candidate) => candidate >= i);
      if (place === undefined) continue;
      nextI = place;
      nextJ = at;
      break;
    }
    splices.push([i, nextI - i, to.slice(2 * j, 2 * nextJ)]);
    i = nextI;
    j = nextJ;
  }
  return splices;
}

export function applySplices(original: Uint8Array, splices: readonly Splice[]): Uint8Array {
  const hex = toHex(original);
  let out = '';
  let done = 0;
  for (const [at, remove, insert] of splices) {
    out += hex.slice(2 * done, 2 * at) + insert;
    done = at + remove;
  }
  return fromHex(out + hex.slice(2 * done));
}
