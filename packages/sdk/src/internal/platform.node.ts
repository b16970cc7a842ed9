// Which cryptography runs in Node: node:crypto, synchronous, no detour through WebCrypto's thread pool.
import * as crypto from 'node:crypto';
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
import { keepOnce } from './keep-once.js';
import { dress, ED25519_PKCS8, X25519_PKCS8 } from './key-encoding.js';
import { jsPostQuantum, type PostQuantum } from './ml-kem.js';
import { nodeLattice } from './ml-kem.node.js';
import { latticeWorks } from './ml-kem-self-test.js';
import {
  type Aead,
  type AeadName,
  type AgreementKey,
  type Primitives,
  type QuotePrimitives,
  type Signer,
  type SyncQuotePrimitives,
  TAG_LENGTH,
} from './primitives.js';

// Node returns Buffers, whose slice() and toString() differ from Uint8Array's: only plain arrays leave this file.
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// Keys travel as text into node:crypto and back; Buffer does that ten times faster than what browsers have.
function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

type HashName = 'sha256' | 'sha384' | 'sha512';

// From Node 20.12 on there is a hash without an object of its own: half the time for the small inputs of the protocol.
const hash: (name: HashName, data: Uint8Array) => Uint8Array =
  typeof crypto.hash === 'function'
    ? (name, data) => plain(crypto.hash(name, data, 'buffer'))
    : (name, data) => plain(createHash(name).update(data).digest());

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

type OkpCurve = 'X25519' | 'Ed25519';

const UNUSED_X = toBase64Url(new Uint8Array(32));

// As JSON Web Keys, because OpenSSL's DER decoder takes ten times longer than the curve itself.
function okpPrivate(crv: OkpCurve, seed: Uint8Array): KeyObject {
  if (seed.length !== 32) throw new RangeError(`expected a key of 32 bytes, got ${seed.length}`);
  if (!ignoresX()) return derPrivate(crv, seed);
  // Node derives the public half from `d` and only asks that some `x` be there.
  return createPrivateKey({ key: { kty: 'OKP', crv, d: toBase64Url(seed), x: UNUSED_X }, format: 'jwk' });
}

function derPrivate(crv: OkpCurve, seed: Uint8Array): KeyObject {
  const prefix = crv === 'X25519' ? X25519_PKCS8 : ED25519_PKCS8;
  return createPrivateKey({ key: Buffer.from(dress(prefix, seed, 32)), format: 'der', type: 'pkcs8' });
}

let known: boolean | undefined;

// A Node that compares `x` with `d` would refuse the shortcut: asked once of the runtime, never of its version.
function ignoresX(): boolean {
  if (known === undefined) {
    const seed = new Uint8Array(32).fill(1);
    try {
      const jwk = { kty: 'OKP', crv: 'X25519', d: toBase64Url(seed), x: UNUSED_X };
      const quick = createPublicKey(createPrivateKey({ key: jwk, format: 'jwk' }));
      known = quick.equals(createPublicKey(derPrivate('X25519', seed)));
    } catch {
      known = false;
    }
  }
  return known;
}

function okpPublic(crv: OkpCurve, raw: Uint8Array): KeyObject {
  if (raw.length !== 32) throw new RangeError(`expected a key of 32 bytes, got ${raw.length}`);
  return createPublicKey({ key: { kty: 'OKP', crv, x: toBase64Url(raw) }, format: 'jwk' });
}

/** Signers come back: accounts to a proxy, a proxy to its workers, workers to their clients. */
const KNOWN_SIGNERS = 512;
const signers = new Map<string, KeyObject>();

function signerKey(raw: Uint8Array): KeyObject {
  const name = toBase64Url(raw);
  const known = signers.get(name);
  if (known !== undefined) return known;
  const key = okpPublic('Ed25519', raw);
  const [oldest] = signers.keys();
  if (signers.size >= KNOWN_SIGNERS && oldest !== undefined) signers.delete(oldest);
  signers.set(name, key);
  return key;
}

function p256Public(point: Uint8Array): KeyObject {
  if (point.length !== 64) throw new RangeError(`expected a point of 64 bytes, got ${point.length}`);
  const [x, y] = [toBase64Url(point.subarray(0, 32)), toBase64Url(point.subarray(32))];
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
}

function rawPublic(privateKey: KeyObject): Uint8Array {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (typeof x !== 'string') throw new TypeError('node exported a key without x');
  return new Uint8Array(Buffer.from(x, 'base64url'));
}

// Several curves reject bad points while importing: a key that cannot be imported verifies nothing.
function verifies(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

function agreementKey(raw: Uint8Array): AgreementKey {
  const privateKey = okpPrivate('X25519', raw);
  return {
    publicKey: rawPublic(privateKey),
    // OpenSSL refuses an all-zero secret by itself.
    agree: (peer) => plain(diffieHellman({ privateKey, publicKey: okpPublic('X25519', peer) })),
  };
}

function signer(key: KeyObject): Signer {
  return { publicKey: rawPublic(key), sign: (message) => plain(sign(null, message, key)) };
}

function p256Verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  return verifies(() =>
    verify('sha256', message, { key: p256Public(key), dsaEncoding: 'ieee-p1363' }, signature),
  );
}

/** node:crypto; every operation answers at once, never with a promise. */
export const platform: Primitives = {
  name: 'node',
  randomBytes: (length) => randomFillSync(new Uint8Array(length)),
  sha256: (data) => hash('sha256', data),
  sha384: (data) => hash('sha384', data),
  sha512: (data) => hash('sha512', data),
  hmacSha256: (key, data) => plain(createHmac('sha256', key).update(data).digest()),
  aead,
  x25519: agreementKey,
  ed25519Signer: (seed) => signer(okpPrivate('Ed25519', seed)),
  ed25519Generate: () => signer(generateKeyPairSync('ed25519').privateKey),
  ed25519Verify: (key, message, signature) =>
    signature.length === 64 && verifies(() => verify(null, message, signerKey(key), signature)),
  p256Verify,
};

/** All that verifying a quote needs. */
export const quotePrimitives: QuotePrimitives = platform;
/** The same; here every answer comes at once anyway. */
export const syncQuotePrimitives: SyncQuotePrimitives = { sha256: platform.sha256, p256Verify };

/** Node's own ML-KEM from 24.7 on, once it has proven itself, else JavaScript; SHA-3 is JavaScript. */
export const postQuantum = keepOnce<PostQuantum>(async () => {
  if (nodeLattice === undefined || !(await latticeWorks(nodeLattice, platform.sha256))) return jsPostQuantum;
  return { ...jsPostQuantum, mlKem768: nodeLattice };
});
