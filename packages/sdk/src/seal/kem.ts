// What a key encapsulation mechanism must offer here.
import type { MaybePromise, Primitives } from '../internal/primitives.js';
import type { Random } from './random.js';

/** A recipient's key: the bytes on the wire and whatever was expanded from them once. */
export interface KemPublicKey {
  readonly publicKey: Uint8Array;
  /** `fresh`: the randomness is the platform's own, so the platform may draw its own inside. Default: it decides everything. */
  encapsulate(randomness: Uint8Array, fresh?: boolean): MaybePromise<Encapsulation>;
}

export interface KemPrivateKey {
  readonly publicKey: KemPublicKey;
  /** The seed the pair came from. */
  readonly seed: Uint8Array;
  /** Throws any error on an impossible ciphertext; a merely wrong one yields an unrelated secret. */
  decapsulate(encapsulated: Uint8Array): MaybePromise<Uint8Array>;
  /** Does now what the first decapsulation would have to do before it can begin. */
  expand(): void;
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

/** Any other source than the platform's is there to be repeated, so its bytes are the ones that must be used. */
export function encapsulateWith(
  random: Random,
  key: KemPublicKey,
  { kem, primitives }: { kem: Kem; primitives: Primitives },
): MaybePromise<Encapsulation> {
  return key.encapsulate(random(kem.randomnessLength), random === primitives.randomBytes);
}
