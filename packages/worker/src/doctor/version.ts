// Is this version new enough?

/** First `major.minor` in a text, for example of `Linux version 6.16.3-1` or `QEMU emulator version 10.1.0`. */
export function readVersion(text: string | undefined): readonly [number, number] | undefined {
  const match = /(\d{1,4})\.(\d{1,4})/.exec(text ?? '');
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

export function isAtLeast(version: readonly [number, number], least: readonly [number, number]): boolean {
  return version[0] > least[0] || (version[0] === least[0] && version[1] >= least[1]);
}
