// What stands in the round brackets after a link text? An address and perhaps a title, which is not shown.

export interface LinkTarget {
  address: string;
  /** The place after the closing bracket; the end of the source when the target is not finished. */
  end: number;
  finished: boolean;
}

/** Addresses and titles longer than this are not looked at: every bracket would look through the whole text. */
const MAX_TARGET = 4_096;
const MAX_DEPTH = 32;

/** @param at the place after `(` */
export function linkTarget(source: string, at: number): LinkTarget | undefined {
  const limit = Math.min(source.length, at + MAX_TARGET);
  const unfinished = { address: '', end: source.length, finished: false };
  const start = skipSpace(source, at, limit);
  const { address, end } =
    source.charAt(start) === '<' ? pointed(source, start, limit) : bare(source, start, limit);
  if (end === undefined) return limit === source.length ? unfinished : undefined;
  let place = skipSpace(source, end, limit);
  const quote = source.charAt(place);
  if (place > end && (quote === '"' || quote === "'" || quote === '(')) {
    const close = source.slice(0, limit).indexOf(quote === '(' ? ')' : quote, place + 1);
    if (close < 0) return limit === source.length ? unfinished : undefined;
    place = skipSpace(source, close + 1, limit);
  }
  if (place >= source.length) return unfinished;
  return source.charAt(place) === ')' ? { address, end: place + 1, finished: true } : undefined;
}

function skipSpace(source: string, at: number, limit: number): number {
  let place = at;
  while (place < limit && /\s/.test(source.charAt(place))) place++;
  return place;
}

function pointed(source: string, at: number, limit: number): { address: string; end: number | undefined } {
  for (let place = at + 1; place < limit; place++) {
    const character = source.charAt(place);
    if (character === '>') return { address: source.slice(at + 1, place), end: place + 1 };
    if (character === '\n') break;
  }
  return { address: '', end: undefined };
}

function bare(source: string, at: number, limit: number): { address: string; end: number | undefined } {
  let depth = 0;
  for (let place = at; place < limit; place++) {
    const character = source.charAt(place);
    if (character === '(' && ++depth > MAX_DEPTH) break;
    if (/\s/.test(character) || (character === ')' && depth-- === 0))
      return { address: source.slice(at, place), end: place };
  }
  return { address: '', end: undefined };
}
