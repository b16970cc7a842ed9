// How far does an address in plain text reach? Marks inside it are part of it; punctuation after it is not.

const ADDRESS = /https?:\/\/[^\s<>[\]`\\]+/iy;
const TRAILING = new Set('?!.,:;*_~\'"');

/** The end of the address that begins at `at`, if one does. (As GFM 0.29, "autolinks extension".) */
export function bareAddressEnd(source: string, at: number): number | undefined {
  ADDRESS.lastIndex = at;
  const address = ADDRESS.exec(source)?.[0];
  if (address === undefined) return undefined;
  let length = address.length;
  let unmatched = count(address, ')') - count(address, '(');
  for (; length > 0; length--) {
    const last = address.charAt(length - 1);
    if (last === ')' && unmatched > 0) unmatched--;
    else if (!TRAILING.has(last)) break;
  }
  return at + length;
}

function count(text: string, character: string): number {
  let found = 0;
  for (const one of text) if (one === character) found++;
  return found;
}
