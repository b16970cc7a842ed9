// Which character does "&amp;" stand for? Those that models write, and numbers; others stay as written.
import { cleanText } from '../clean-text.js';

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00A0',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  copy: '©',
  bull: '•',
  middot: '·',
  times: '×',
  deg: '°',
  euro: '€',
  larr: '←',
  rarr: '→',
  le: '≤',
  ge: '≥',
  ne: '≠',
};

const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/iy;
const MAX_CODE_POINT = 0x10ffff;

/** The character and how many UTF-16 units of `source` stood for it. */
export function characterReference(source: string, at: number): { text: string; units: number } | undefined {
  REFERENCE.lastIndex = at;
  const match = REFERENCE.exec(source);
  if (match === null) return undefined;
  const [whole, decimal, hex, name] = match;
  if (name !== undefined) {
    const text = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
    return text === undefined ? undefined : { text, units: whole.length };
  }
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
  const valid = code > 0 && code <= MAX_CODE_POINT && (code < 0xd800 || code > 0xdfff);
  // What may not be written openly may not be written as a number either; a line end would make new blocks.
  const text = valid ? cleanText(String.fromCodePoint(code)).replace(/\s/, ' ') : '\uFFFD';
  return { text, units: whole.length };
}
