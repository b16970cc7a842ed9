// What a key encapsulation mechanism must offer here.
import type { MaybePromise } from '../internal/primitives.js';

/** A recipient's key: the bytes on the wire and whatever was expanded from them once. */
export interface KemPublicKey {
  readonly publicKey: Uint8Array;
  encapsulate(randomness: Uint8Array): MaybePromise<Encapsulation>;
}

export interface KemPrivateKey {
  readonly publicKey: KemPublicKey;
  /** The seed the pair came from. */
  readonly seed: Uint8Array;
  /** Throws any error on an impossible ciphertext; a merely wrong one yields an unrelated secret. */
  decapsulate(encapsulated: Uint8Array): MaybePromise<Uint8Array>;
}

export interface Encapsulation {
  sharedSecret: Uint8Array;
  encapsulated: Uint8Array;
}

/** A KEM with its randomness as an argument, so that every run can be repeated. */
export interface Kem {
  /** HPKE KEM identifier. */
  readonly id: number;
  readonly encapsulatedLength: number;
  readonly seedLength: number;
  /** Random bytes one encapsulation consumes. */
  readonly randomnessLength: number;
  /** Throws any error when the bytes are no public key of this KEM. */
  publicKey(bytes: Uint8Array): MaybePromise<KemPublicKey>;
  /** The pair of a seed (HPKE's serialized private key). */
  keyPair(seed: Uint8Array): MaybePromise<KemPrivateKey>;
}
