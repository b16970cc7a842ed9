// Does a platform's own ML-KEM-768 answer correctly? Asked once, before it is used for anything.
import { equalBytes, toHex } from './bytes.js';
import type { Lattice } from './ml-kem.js';

// The pair of the seed 00 01 … 3f: SHA-256 of its public key, and what it makes of 1,088 zero bytes (implicit rejection,
// FIPS 203 section 6.3). Computed with an independent implementation.
const TEST_PUBLIC = '0b7934c83125c788995e2ba6bd761e33046b3e40571be53e023309a29f398cc9';
const TEST_REJECTION = 'c8fbeddafdacef2ffeb8b354ea644f11b5c150f3e2c4a74ce38abba8f854ae16';

/** An exception counts as a wrong answer. */
export async function latticeWorks(
  lattice: Lattice,
  sha256: (data: Uint8Array) => Uint8Array,
): Promise<boolean> {
  try {
    const pair = await lattice.keyPair(Uint8Array.from({ length: 64 }, (_, i) => i));
    const key = await lattice.publicKey(pair.publicKey);
    const { sharedSecret, cipherText } = await key.encapsulate(new Uint8Array(32), true);
    return (
      toHex(sha256(pair.publicKey)) === TEST_PUBLIC &&
      toHex(await pair.decapsulate(new Uint8Array(cipherText.length))) === TEST_REJECTION &&
      equalBytes(await pair.decapsulate(cipherText), sharedSecret)
    );
  } catch {
    return false;
  }
}
