// What runs where the platform has no cryptography of its own: pure JavaScript, loaded only when needed.
import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { createEcdsaVerify } from './ecdsa-verify.js';
import { p256Verify } from './p256-verify.js';
import type { P384Operations } from './p384.js';
import type { Aead, AeadName, AgreementKey, Primitives, Signer } from './primitives.js';
import { secureRandom } from './secure-random.js';

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

/** P-384 (SEC 2, 2.5.1) with SHA-384. Apart from the rest, because only GPU evidence needs it. */
export const nobleP384: P384Operations = {
  p384Verify: createEcdsaVerify(
    {
      p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
      n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
      b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
      Gx: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
      Gy: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
    },
    48,
    sha384,
  ),
};
