// Which cryptography runs in Node: node:crypto, synchronous, no detour through WebCrypto's thread pool.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  randomFillSync,
  sign,
  verify,
} from 'node:crypto';
import {
  dress,
  ED25519_PKCS8,
  ED25519_SPKI,
  P256_SPKI,
  X25519_BASE_POINT,
  X25519_PKCS8,
  X25519_SPKI,
} from './key-encoding.js';
import { type Aead, type AeadName, type Primitives, type Signer, TAG_LENGTH } from './primitives.js';

// Node returns Buffers, whose slice() and toString() differ from Uint8Array's: only plain arrays leave this file.
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function hash(name: 'sha256' | 'sha384' | 'sha512', data: Uint8Array): Uint8Array {
  return plain(createHash(name).update(data).digest());
}

function aead(name: AeadName, key: Uint8Array): Aead {
  if (key.length !== 32) throw new RangeError(`expected a key of 32 bytes, got ${key.length}`);
  const options = { authTagLength: TAG_LENGTH };
  const gcm = name === 'aes-256-gcm';
  return {
    seal(nonce, additionalData, plaintext) {
      const cipher = gcm
        ? createCipheriv('aes-256-gcm', key, nonce, options)
        : createCipheriv('chacha20-poly1305', key, nonce, options);
      cipher.setAAD(additionalData, { plaintextLength: plaintext.length });
      const out = new Uint8Array(plaintext.length + TAG_LENGTH);
      out.set(cipher.update(plaintext));
      cipher.final();
      out.set(cipher.getAuthTag(), plaintext.length);
      return out;
    },
    open(nonce, additionalData, ciphertext) {
      const length = ciphertext.length - TAG_LENGTH;
      if (length < 0) throw new RangeError('shorter than its tag');
      const decipher = gcm
        ? createDecipheriv('aes-256-gcm', key, nonce, options)
        : createDecipheriv('chacha20-poly1305', key, nonce, options);
      decipher.setAAD(additionalData, { plaintextLength: length });
      decipher.setAuthTag(ciphertext.subarray(length));
      const plaintext = decipher.update(ciphertext.subarray(0, length));
      // Throws before a single byte is handed out when the tag is wrong.
      decipher.final();
      return plain(plaintext);
    },
  };
}

function privateKey(prefix: Uint8Array, raw: Uint8Array): KeyObject {
  // node:crypto takes DER only as a Buffer by its types; a view over the same bytes is enough.
  return createPrivateKey({ key: Buffer.from(dress(prefix, raw, 32)), format: 'der', type: 'pkcs8' });
}

function publicKey(prefix: Uint8Array, raw: Uint8Array, length: number): KeyObject {
  return createPublicKey({ key: Buffer.from(dress(prefix, raw, length)), format: 'der', type: 'spki' });
}

// Several curves reject bad points while importing: a key that cannot be imported verifies nothing.
function verifies(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

function signer(key: KeyObject): Signer {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    publicKey: new Uint8Array(spki.subarray(ED25519_SPKI.length)),
    sign: (message) => plain(sign(null, message, key)),
  };
}

const basePoint = publicKey(X25519_SPKI, X25519_BASE_POINT, 32);

/** node:crypto; every operation answers at once, never with a promise. */
export const platform: Primitives = {
  name: 'node',
  randomBytes: (length) => randomFillSync(new Uint8Array(length)),
  sha256: (data) => hash('sha256', data),
  sha384: (data) => hash('sha384', data),
  sha512: (data) => hash('sha512', data),
  hmacSha256: (key, data) => plain(createHmac('sha256', key).update(data).digest()),
  aead,
  x25519PublicKey: (key) =>
    plain(diffieHellman({ privateKey: privateKey(X25519_PKCS8, key), publicKey: basePoint })),
  x25519: (key, peer) =>
    plain(
      diffieHellman({
        privateKey: privateKey(X25519_PKCS8, key),
        publicKey: publicKey(X25519_SPKI, peer, 32),
      }),
    ),
  ed25519Signer: (seed) => signer(privateKey(ED25519_PKCS8, seed)),
  ed25519Generate: () => signer(generateKeyPairSync('ed25519').privateKey),
  ed25519Verify: (key, message, signature) =>
    signature.length === 64 &&
    verifies(() => verify(null, message, publicKey(ED25519_SPKI, key, 32), signature)),
  p256Verify: (key, message, signature) =>
    signature.length === 64 &&
    verifies(() =>
      verify('sha256', message, { key: publicKey(P256_SPKI, key, 64), dsaEncoding: 'ieee-p1363' }, signature),
    ),
};
