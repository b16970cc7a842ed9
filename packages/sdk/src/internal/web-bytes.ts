// How do bytes and public keys enter WebCrypto?

/** WebCrypto refuses shared memory, by its types at least; everything else passes without a copy. */
export function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

/**
 * A point off the curve is refused while importing; such a key verifies nothing. A runtime without the
 * algorithm answers NotSupportedError instead, which must not look like a bad signature.
 */
export async function importPoint(load: () => Promise<CryptoKey>): Promise<CryptoKey | undefined> {
  try {
    return await load();
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'DataError') return undefined;
    throw cause;
  }
}
