// What a key encapsulation mechanism must offer here, and how one is handed to the HPKE implementation.
import type { KEM } from 'hpke';
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
  readonly name: string;
  readonly publicKeyLength: number;
  readonly encapsulatedLength: number;
  readonly seedLength: number;
  /** Random bytes one encapsulation consumes. */
  readonly randomnessLength: number;
  /** Throws any error when the bytes are no public key of this KEM. */
  publicKey(bytes: Uint8Array): MaybePromise<KemPublicKey>;
  /** The pair of a seed (HPKE's serialized private key). */
  keyPair(seed: Uint8Array): MaybePromise<KemPrivateKey>;
  /** HPKE DeriveKeyPair: the seed of arbitrary keying material. */
  deriveSeed(keyingMaterial: Uint8Array): Uint8Array;
}

/** HPKE's view of a public or private key; it never leaves this folder. */
export interface HpkeKey {
  readonly algorithm: { name: string };
  readonly extractable: boolean;
  readonly type: 'public' | 'private';
  readonly public: KemPublicKey;
  readonly private: KemPrivateKey | undefined;
}

export function hpkePublicKey(kem: Kem, publicKey: KemPublicKey): HpkeKey {
  return {
    algorithm: { name: kem.name },
    extractable: true,
    type: 'public',
    public: publicKey,
    private: undefined,
  };
}

export function hpkePrivateKey(kem: Kem, privateKey: KemPrivateKey): HpkeKey {
  return {
    algorithm: { name: kem.name },
    extractable: true,
    type: 'private',
    public: privateKey.publicKey,
    private: privateKey,
  };
}

/** The same KEM as an object of the `hpke` package. */
export function toHpkeKem(kem: Kem, random: (length: number) => Uint8Array): KEM<HpkeKey> {
  const pair = (privateKey: KemPrivateKey) => ({
    privateKey: hpkePrivateKey(kem, privateKey),
    publicKey: hpkePublicKey(kem, privateKey.publicKey),
  });
  return {
    id: kem.id,
    type: 'KEM',
    name: kem.name,
    Nsecret: 32,
    Nenc: kem.encapsulatedLength,
    Npk: kem.publicKeyLength,
    Nsk: kem.seedLength,
    GenerateKeyPair: async () => pair(await kem.keyPair(random(kem.seedLength))),
    DeriveKeyPair: async (keyingMaterial) => pair(await kem.keyPair(kem.deriveSeed(keyingMaterial))),
    SerializePublicKey: async (key) => key.public.publicKey.slice(),
    DeserializePublicKey: async (bytes) => hpkePublicKey(kem, await kem.publicKey(bytes)),
    SerializePrivateKey: async (key) => secret(key).seed.slice(),
    DeserializePrivateKey: async (seed) => hpkePrivateKey(kem, await kem.keyPair(seed)),
    Encap: async (key) => {
      const result = await key.public.encapsulate(random(kem.randomnessLength));
      return { shared_secret: result.sharedSecret, enc: result.encapsulated };
    },
    Decap: async (encapsulated, key) => secret(key).decapsulate(encapsulated),
  };
}

function secret(key: HpkeKey): KemPrivateKey {
  if (key.private === undefined) throw new TypeError('a public key cannot open anything');
  return key.private;
}
