// Which words of a text count when something is looked for, whatever their endings and accents?

/** Words are told apart by their beginnings, so that endings do not matter. */
const STEM_UNITS_MIN = 4;
const STEM_UNITS_MAX = 6;
const ENDING_UNITS = 2;
const WIDE = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

/** Lower case, without accents, cut to their beginnings. Scripts without spaces give every two neighbouring signs. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  for (const [word] of plain.matchAll(/[\p{L}\p{N}]+/gu)) {
    if (!WIDE.test(word)) terms.push(stemOf(word));
    else if (word.length === 1) terms.push(word);
    else for (let place = 0; place < word.length - 1; place++) terms.push(word.slice(place, place + 2));
  }
  return terms;
}

function stemOf(word: string): string {
  const single = /^[a-z]{2,}[^s]s$/.test(word) ? word.slice(0, -1) : word;
  return single.slice(0, Math.min(STEM_UNITS_MAX, Math.max(STEM_UNITS_MIN, single.length - ENDING_UNITS)));
}
