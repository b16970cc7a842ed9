// How is one text of a command line read as a list or as bytes?

/** Comma-separated; spaces around items do not count. */
export function listSetting(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** The caller has checked that these are hex digits. */
export function fromHexSetting(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}
