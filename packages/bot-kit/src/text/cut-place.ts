// Where may a text be cut so that nobody stumbles? After a blank line, else a line, a sentence, a word; never inside a character.

/** Blank lines, lines and sentences count only in the last part of the room: a short first message reads badly. */
const EARLIEST_SHARE = 0.4;
/** Characters of one visible sign, at most, that a cut steps back over. */
const MAX_SIGN_UNITS = 64;
const SENTENCE_ENDS = new Set('.!?…:;。！？؟।');
const WIDE_SENTENCE_ENDS = new Set('。！？');
const CLOSING = new Set('"\')]»”’」』）');

type Rank = 1 | 2 | 3 | 4;

/**
 * The best place to cut `text` after `start` and not after `limit` (both exclusive of the ends of the text).
 * `allowed` says whether a place is free: false inside a link or anything else that must stay whole.
 */
export function cutPlace(
  text: string,
  { start, limit, allowed }: { start: number; limit: number; allowed: (at: number) => boolean },
): number {
  const earliest = start + Math.floor((limit - start) * EARLIEST_SHARE);
  const best: Partial<Record<Rank, number>> = {};
  const ink = firstInk(text, start, limit);
  for (let at = limit; at > ink; at--) {
    const rank = rankOf(text, at);
    if (rank === undefined || best[rank] !== undefined || !allowed(at)) continue;
    best[rank] = at;
    if (rank === 1 || at <= earliest) break;
  }
  for (const rank of [1, 2, 3] as const) {
    const at = best[rank];
    if (at !== undefined && at >= earliest) return at;
  }
  const word = Math.max(best[4] ?? 0, best[3] ?? 0, best[2] ?? 0, best[1] ?? 0);
  return word > start ? word : insideWord(text, start, limit, allowed);
}

/** A part of only white space would not be a message: nothing is cut before the first sign. */
function firstInk(text: string, start: number, limit: number): number {
  const offset = text.slice(start, limit).search(/\S/);
  return offset < 0 ? limit : start + offset;
}

function rankOf(text: string, at: number): Rank | undefined {
  const last = text.charAt(at - 1);
  if (last === '\n') return text.charAt(at - 2) === '\n' ? 1 : 2;
  if (WIDE_SENTENCE_ENDS.has(last)) return 3;
  if (last !== ' ' && last !== '\t' && last !== '\u3000') return undefined;
  let before = at - 2;
  while (CLOSING.has(text.charAt(before))) before--;
  return SENTENCE_ENDS.has(text.charAt(before)) ? 3 : 4;
}

/** No white space in reach: between two visible signs, or at worst between two code points. */
function insideWord(text: string, start: number, limit: number, allowed: (at: number) => boolean): number {
  for (let at = limit; at > start && at > limit - MAX_SIGN_UNITS; at--) {
    if (!splitsSign(text, at) && allowed(at)) return at;
  }
  let free = limit;
  while (free > start && !allowed(free)) free--;
  const at = free > start ? free : limit;
  if (!isLowSurrogate(text, at)) return at;
  return at - 1 > start ? at - 1 : at + 1;
}

const isLowSurrogate = (text: string, at: number) => /^[\uDC00-\uDFFF]/.test(text.charAt(at));

/** True between the halves of a surrogate pair, and before or after what joins signs into one. */
function splitsSign(text: string, at: number): boolean {
  if (isLowSurrogate(text, at)) return true;
  const next = text.slice(at, at + 2);
  return /^(?:\p{M}|\p{Emoji_Modifier}|\u200D|\uFE0F)/u.test(next) || text.charAt(at - 1) === '\u200D';
}
