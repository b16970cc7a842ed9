// Which letters are these bytes? Unicode where they say so or are it; otherwise the likelier of two old encodings.

export interface DecodedText {
  readonly text: string;
  /** True when the bytes are not Unicode. */
  readonly guessed: boolean;
}

/** @param declared name of an encoding, from a header or the text itself; it counts only where the bytes are not UTF-8 */
export function decodeText(bytes: Uint8Array, declared?: string): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decoded('utf-16le', bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decoded('utf-16be', bytes);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), guessed: false };
  } catch {
    const known = declared === undefined ? undefined : decoderOf(declared)?.decode(bytes);
    if (known !== undefined) return { text: known, guessed: false };
    const likely = looksCyrillic(bytes) ? 'windows-1251' : 'windows-1252';
    return { text: new TextDecoder(likely).decode(bytes), guessed: true };
  }
}

function decoderOf(name: string): TextDecoder | undefined {
  try {
    return new TextDecoder(name);
  } catch {
    return undefined;
  }
}

function decoded(encoding: string, bytes: Uint8Array): DecodedText {
  return { text: new TextDecoder(encoding).decode(bytes), guessed: false };
}

/** In Cyrillic text high bytes stand side by side; in Western text an accent stands alone. */
function looksCyrillic(bytes: Uint8Array): boolean {
  let pairs = 0;
  let high = 0;
  let before = 0;
  for (const byte of bytes) {
    if (byte >= 0xc0) {
      high++;
      if (before >= 0xc0) pairs++;
    }
    before = byte;
  }
  return pairs * 2 > high;
}
