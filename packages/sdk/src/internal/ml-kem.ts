// What does X-Wing need beside a curve? ML-KEM-768 (FIPS 203) and SHA-3 (FIPS 202): what they must offer here, and the JavaScript that does it.
import { sha3_256, shake256 } from '@noble/hashes/sha3.js';
import { type KEMPrepared, ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import type { MaybePromise } from './primitives.js';

/** No platform has all of it, and in JavaScript it is a tenth of everything a page loads: a file of its own, asked for in time. */
export interface PostQuantum {
  readonly mlKem768: Lattice;
  /** 32 bytes. */
  sha3(data: Uint8Array): Uint8Array;
  shake256(data: Uint8Array, length: number): Uint8Array;
}

/** All calls throw any error on bytes that are no such key, seed or ciphertext. */
export interface Lattice {
  /** The pair of a 64-byte seed, d ‖ z. */
  keyPair(seed: Uint8Array): MaybePromise<LatticePair>;
  publicKey(bytes: Uint8Array): MaybePromise<LatticeKey>;
}

export interface LatticeKey {
  /** `fresh`: the 32 bytes of randomness were drawn for this call alone, so a platform may draw its own instead. */
  encapsulate(randomness: Uint8Array, fresh: boolean): MaybePromise<LatticeSecret>;
}

export interface LatticeSecret {
  sharedSecret: Uint8Array;
  cipherText: Uint8Array;
}

export interface LatticePair extends LatticeKey {
  readonly publicKey: Uint8Array;
  decapsulate(ciphertext: Uint8Array): MaybePromise<Uint8Array>;
  /** Does now what the first use of the pair would have to do before it can begin. */
  expand(): void;
}

export const jsLattice = {
  keyPair(seed: Uint8Array) {
    const { publicKey, secretKey } = ml_kem768.keygen(seed);
    // Expanding the matrix costs a third of a decapsulation: done once, and only if the key is ever used.
    let known: KEMPrepared | undefined;
    const prepared = () => {
      known ??= ml_kem768.prepare(publicKey);
      return known;
    };
    return {
      publicKey,
      encapsulate: (randomness: Uint8Array) => prepared().encapsulate(randomness),
      decapsulate: (ciphertext: Uint8Array) => prepared().decapsulate(ciphertext, secretKey),
      expand: prepared,
    };
  },
  // Prepared at once, because that is also the check of FIPS 203 section 7.2.
  publicKey: (bytes: Uint8Array) => ml_kem768.prepare(bytes),
} satisfies Lattice;

export const jsPostQuantum: PostQuantum = {
  mlKem768: jsLattice,
  sha3: sha3_256,
  shake256: (data, length) => shake256(data, { dkLen: length }),
};
