// What runs where the platform has no cryptography of its own: pure JavaScript, loaded only when needed.
import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { p384 } from '@noble/curves/nist.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { concat } from './bytes.js';
import { p256Verify } from './noble-p256.js';
import type { P384Operations } from './p384.js';
import type { Aead, AeadName, AgreementKey, Primitives, Signer } from './primitives.js';
import { secureRandom } from './secure-random.js';

const POINT_PREFIX = Uint8Array.of(4);

function aead(name: AeadName, key: Uint8Array): Aead {
  if (key.length !== 32) throw new RangeError(`expected a key of 32 bytes, got ${key.length}`);
  const cipher = name === 'aes-256-gcm' ? gcm : chacha20poly1305;
  return {
    seal: (nonce, additionalData, plaintext) => cipher(key, nonce, additionalData).encrypt(plaintext),
    open: (nonce, additionalData, ciphertext) => cipher(key, nonce, additionalData).decrypt(ciphertext),
  };
}

// noble throws on malformed keys and signatures; here both simply do not verify.
function verifies(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

function agreementKey(privateKey: Uint8Array): AgreementKey {
  const secret = privateKey.slice();
  return {
    publicKey: x25519.getPublicKey(secret),
    agree: (publicKey) => x25519.getSharedSecret(secret, publicKey),
  };
}

function signer(seed: Uint8Array): Signer {
  const secret = seed.slice();
  return { publicKey: ed25519.getPublicKey(secret), sign: (message) => ed25519.sign(message, secret) };
}

/** Pure JavaScript, synchronous; about ten times slower than the platform's own curves. */
export const noblePrimitives: Primitives = {
  name: 'noble',
  randomBytes: secureRandom,
  sha256,
  sha384,
  sha512,
  hmacSha256: (key, data) => hmac(sha256, key, data),
  aead,
  x25519: agreementKey,
  ed25519Signer: signer,
  ed25519Generate: () => signer(secureRandom(32)),
  // RFC 8032 decoding rules, as OpenSSL and browsers apply them, not ZIP 215's laxer ones.
  ed25519Verify: (key, message, signature) =>
    verifies(() => ed25519.verify(signature, message, key, { zip215: false })),
  p256Verify,
};

/** Apart from the rest, because only GPU evidence needs it. */
export const nobleP384: P384Operations = {
  p384Verify: (key, message, signature) =>
    key.length === 96 &&
    verifies(() =>
      p384.verify(signature, message, concat(POINT_PREFIX, key), { lowS: false, prehash: true }),
    ),
};
