// Which algorithms can a request use? Numbers and sizes only (PROTOCOL.md §4).

/** 1: X-Wing + AES-256-GCM (default). 2: X-Wing + ChaCha20-Poly1305. 3: X25519 + AES-256-GCM, classical. */
export type SuiteId = 1 | 2 | 3;

export interface SuiteSizes {
  readonly publicKey: number;
  readonly encapsulation: number;
}

const X_WING: SuiteSizes = { publicKey: 1216, encapsulation: 1120 };

export const SUITES: Readonly<Record<SuiteId, SuiteSizes>> = {
  1: X_WING,
  2: X_WING,
  3: { publicKey: 32, encapsulation: 32 },
};

/** AEAD tag length of every suite. */
export const TAG_BYTES = 16;

export function isSuite(id: number): id is SuiteId {
  return id === 1 || id === 2 || id === 3;
}

/** Length of one wrap: encapsulation, sealed 32-byte data key. */
export function wrapBytes(suite: SuiteId): number {
  return SUITES[suite].encapsulation + 32 + TAG_BYTES;
}
