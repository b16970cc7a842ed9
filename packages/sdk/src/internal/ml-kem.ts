// ML-KEM-768 (FIPS 203): what it must offer here, and the JavaScript that does it where the platform has none.
import { type KEMPrepared, ml_kem768 } from '@noble/post-quantum/ml-kem.js';

/** All calls throw any error on bytes that are no such key, seed or ciphertext. */
export interface Lattice {
  /** The pair of a 64-byte seed, d ‖ z. */
  keyPair(seed: Uint8Array): LatticePair;
  publicKey(bytes: Uint8Array): LatticeKey;
}

export interface LatticeKey {
  /** `fresh`: the 32 bytes of randomness were drawn for this call alone, so a platform may draw its own instead. */
  encapsulate(randomness: Uint8Array, fresh: boolean): { sharedSecret: Uint8Array; cipherText: Uint8Array };
}

export interface LatticePair extends LatticeKey {
  readonly publicKey: Uint8Array;
  decapsulate(ciphertext: Uint8Array): Uint8Array;
  /** Does now what the first use of the pair would have to do before it can begin. */
  expand(): void;
}

export const jsLattice: Lattice = {
  keyPair(seed) {
    const { publicKey, secretKey } = ml_kem768.keygen(seed);
    // Expanding the matrix costs a third of a decapsulation: done once, and only if the key is ever used.
    let known: KEMPrepared | undefined;
    const prepared = () => {
      known ??= ml_kem768.prepare(publicKey);
      return known;
    };
    return {
      publicKey,
      encapsulate: (randomness) => prepared().encapsulate(randomness),
      decapsulate: (ciphertext) => prepared().decapsulate(ciphertext, secretKey),
      expand: prepared,
    };
  },
  // Prepared at once, because that is also the check of FIPS 203 section 7.2.
  publicKey: (bytes) => ml_kem768.prepare(bytes),
};
