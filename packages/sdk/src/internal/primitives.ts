// The primitive operations everything above is built from; one value per platform, one in pure JavaScript.

export type MaybePromise<T> = T | Promise<T>;

export type AeadName = 'aes-256-gcm' | 'chacha20-poly1305';

/** Bytes of every AEAD tag. */
export const TAG_LENGTH = 16;

/** An AEAD under one key: 12-byte nonces, 16-byte tags appended to the ciphertext. */
export interface Aead {
  seal(nonce: Uint8Array, additionalData: Uint8Array, plaintext: Uint8Array): MaybePromise<Uint8Array>;
  /** Throws any error when the tag does not match; callers turn it into their own code. */
  open(nonce: Uint8Array, additionalData: Uint8Array, ciphertext: Uint8Array): MaybePromise<Uint8Array>;
}

/** An Ed25519 private key whose raw bytes need not be visible (WebCrypto keys may be non-extractable). */
export interface Signer {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): MaybePromise<Uint8Array>;
}

/** An X25519 private key, imported once; a key is worth keeping because importing costs as much as using it. */
export interface AgreementKey {
  readonly publicKey: Uint8Array;
  /** Throws any error when the shared secret would be all zero (a public key of small order). */
  agree(publicKey: Uint8Array): MaybePromise<Uint8Array>;
}

export interface Primitives {
  readonly name: 'node' | 'web' | 'noble';
  randomBytes(length: number): Uint8Array;
  sha256(data: Uint8Array): Uint8Array;
  sha384(data: Uint8Array): MaybePromise<Uint8Array>;
  sha512(data: Uint8Array): MaybePromise<Uint8Array>;
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  aead(name: AeadName, key: Uint8Array): MaybePromise<Aead>;
  /** X25519 (RFC 7748) with a raw 32-byte private key. */
  x25519(privateKey: Uint8Array): MaybePromise<AgreementKey>;
  /** A signer from the 32-byte seed of RFC 8032. */
  ed25519Signer(seed: Uint8Array): MaybePromise<Signer>;
  /** A signer with a fresh key; where the platform allows it, the key cannot be exported. */
  ed25519Generate(): MaybePromise<Signer>;
  /** False, never an error, for a malformed key or signature. */
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): MaybePromise<boolean>;
  /** ECDSA P-256 over SHA-256: raw 64-byte uncompressed point without prefix, raw r ‖ s. Accepts high s. */
  p256Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): MaybePromise<boolean>;
}

/** All that verifying a quote needs. */
export type QuotePrimitives = Pick<Primitives, 'sha256' | 'p256Verify'>;

/** The same where every answer comes at once. */
export interface SyncQuotePrimitives extends QuotePrimitives {
  p256Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}
