// How many tokens does a text have, in a way any other implementation can repeat exactly?
import { createHash } from 'node:crypto';

/**
 * The tokenizer's whole definition. Its SHA-256 is the tokenizer digest of the engine's card, so a changed letter is
 * another tokenizer; `docs/extractive-engine.md` repeats it verbatim.
 */
export const TOKENIZER_SPECIFICATION = `ck-words/1

The input is a sequence of Unicode code points. A lone surrogate counts as U+FFFD. The size of a code point is the
length of its UTF-8 encoding: 1 byte below U+0080, 2 below U+0800, 3 below U+10000, otherwise 4.

Every code point belongs to one class, the first that matches:
SPACE: U+0009 to U+000D, U+0020, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000.
WIDE: U+3041 to U+30FF, U+3400 to U+4DBF, U+4E00 to U+9FFF, U+AC00 to U+D7A3, U+F900 to U+FAFF, U+20000 to U+3FFFF.
MARK: U+0000 to U+007F except 0-9, A-Z and a-z, U+0080 to U+00BF, U+2010 to U+206F, U+3001 to U+3040,
U+FF01 to U+FF0F, U+FF1A to U+FF20.
WORD: every other code point.

The text is cut into runs: a longest sequence of SPACE is one run, a longest sequence of WORD is one run, every WIDE
and every MARK is a run by itself. A run of WORD with b bytes has ceil(b / 4) tokens. A WIDE or a MARK has 1 token.
A run of SPACE with b bytes has floor(b / 4) tokens. The number of tokens of a text is the sum over its runs.
`;

/** SHA-256 of {@link TOKENIZER_SPECIFICATION}, 32 bytes. */
export function tokenizerDigest(): Uint8Array {
  return new Uint8Array(createHash('sha256').update(TOKENIZER_SPECIFICATION, 'utf8').digest());
}

/** Tokens of `text` by `ck-words/1`. Never more than its UTF-8 bytes. */
export function countTokens(text: string): number {
  return measureText(text).tokens;
}

/** Tokens and UTF-8 bytes in one pass. */
export function measureText(text: string): { tokens: number; bytes: number } {
  let tokens = 0;
  let bytes = 0;
  let runClass: CodePointClass = 'mark';
  let runBytes = 0;
  for (let i = 0; i < text.length; ) {
    const codePoint = text.codePointAt(i) ?? 0;
    i += codePoint > 0xffff ? 2 : 1;
    const size = utf8Size(codePoint);
    const kind = classOf(codePoint);
    bytes += size;
    if (kind !== runClass) {
      tokens += tokensOfRun(runClass, runBytes);
      runClass = kind;
      runBytes = 0;
    }
    if (kind === 'wide' || kind === 'mark') tokens += 1;
    else runBytes += size;
  }
  return { tokens: tokens + tokensOfRun(runClass, runBytes), bytes };
}

type CodePointClass = 'space' | 'wide' | 'mark' | 'word';

function tokensOfRun(kind: CodePointClass, bytes: number): number {
  if (kind === 'word') return Math.ceil(bytes / 4);
  return kind === 'space' ? Math.floor(bytes / 4) : 0;
}

function utf8Size(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

type Ranges = readonly (readonly [first: number, last: number])[];

const SPACE: Ranges = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];
const WIDE: Ranges = [
  [0x3041, 0x30ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0x20000, 0x3ffff],
];
const MARK: Ranges = [
  [0x80, 0xbf],
  [0x2010, 0x206f],
  [0x3001, 0x3040],
  [0xff01, 0xff0f],
  [0xff1a, 0xff20],
];

function classOf(codePoint: number): CodePointClass {
  if (codePoint < 0x80) return ASCII[codePoint] ?? 'mark';
  // The large alphabets without exceptions, first only for speed.
  if ((codePoint >= 0xc0 && codePoint < 0x1680) || (codePoint >= 0x4e00 && codePoint <= 0x9fff)) {
    return codePoint < 0x1680 ? 'word' : 'wide';
  }
  if (within(codePoint, SPACE)) return 'space';
  if (within(codePoint, WIDE)) return 'wide';
  return within(codePoint, MARK) ? 'mark' : 'word';
}

function within(codePoint: number, ranges: Ranges): boolean {
  for (const [first, last] of ranges) if (codePoint >= first && codePoint <= last) return true;
  return false;
}

const ASCII: readonly CodePointClass[] = Array.from({ length: 0x80 }, (_, codePoint) => {
  if (within(codePoint, SPACE)) return 'space';
  return /[0-9A-Za-z]/.test(String.fromCharCode(codePoint)) ? 'word' : 'mark';
});
