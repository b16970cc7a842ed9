// The primitive operations in terms of WebCrypto; says nothing about whether the runtime really has them.
import { fromBase64Url, toBase64Url } from './bytes.js';
import { dress, ED25519_PKCS8, sized, X25519_BASE_POINT, X25519_PKCS8 } from './key-encoding.js';
import type { Aead, AeadName, AgreementKey, Primitives, Signer } from './primitives.js';
import { importPoint, owned } from './web-bytes.js';

/** The operations WebCrypto may or may not have; SHA-256 and random numbers are not among them. */
export type SubtleOperations = Pick<
  Primitives,
  'sha384' | 'sha512' | 'aead' | 'x25519' | 'ed25519Signer' | 'ed25519Generate' | 'ed25519Verify'
>;

export function createSubtlePrimitives(subtle: SubtleCrypto): SubtleOperations {
  const digest = async (algorithm: string, data: Uint8Array) =>
    new Uint8Array(await subtle.digest(algorithm, owned(data)));

  async function aead(name: AeadName, key: Uint8Array): Promise<Aead> {
    const algorithm = name === 'aes-256-gcm' ? 'AES-GCM' : 'ChaCha20-Poly1305';
    // As a JSON Web Key, because the format names for raw keys differ between the two algorithms.
    const handle = await subtle.importKey(
      'jwk',
      { kty: 'oct', k: toBase64Url(sized(key, 32)) },
      algorithm,
      false,
      ['encrypt', 'decrypt'],
    );
    const parameters = (nonce: Uint8Array, additionalData: Uint8Array) => ({
      name: algorithm,
      iv: owned(nonce),
      additionalData: owned(additionalData),
      tagLength: 128,
    });
    return {
      seal: async (nonce, additionalData, plaintext) =>
        new Uint8Array(await subtle.encrypt(parameters(nonce, additionalData), handle, owned(plaintext))),
      open: async (nonce, additionalData, ciphertext) =>
        new Uint8Array(await subtle.decrypt(parameters(nonce, additionalData), handle, owned(ciphertext))),
    };
  }

  async function x25519(privateKey: Uint8Array): Promise<AgreementKey> {
    const der = dress(X25519_PKCS8, privateKey, 32);
    const own = await subtle.importKey('pkcs8', der, 'X25519', false, ['deriveBits']);
    const agree = async (publicKey: Uint8Array) => {
      const peer = await subtle.importKey('raw', owned(sized(publicKey, 32)), 'X25519', false, []);
      const shared = new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: peer }, own, 256));
      // The specification asks runtimes to refuse this; early implementations did not.
      if (shared.every((byte) => byte === 0)) throw new RangeError('all-zero shared secret');
      return shared;
    };
    // WebCrypto cannot derive a public key from a private one, but multiplying the base point is the same.
    return { publicKey: await agree(X25519_BASE_POINT), agree };
  }

  function signerOf(publicKey: Uint8Array, key: CryptoKey): Signer {
    return {
      publicKey,
      sign: async (message) => new Uint8Array(await subtle.sign('Ed25519', key, owned(message))),
    };
  }

  return {
    sha384: (data) => digest('SHA-384', data),
    sha512: (data) => digest('SHA-512', data),
    aead,
    x25519,
    async ed25519Signer(seed) {
      const der = dress(ED25519_PKCS8, seed, 32);
      const readable = await subtle.importKey('pkcs8', der, 'Ed25519', true, ['sign']);
      const { x } = await subtle.exportKey('jwk', readable);
      const key = await subtle.importKey('pkcs8', der, 'Ed25519', false, ['sign']);
      return signerOf(fromBase64Url(x ?? ''), key);
    },
    async ed25519Generate() {
      const pair = await subtle.generateKey('Ed25519', false, ['sign', 'verify']);
      if (!('privateKey' in pair)) throw new TypeError('expected a key pair');
      return signerOf(new Uint8Array(await subtle.exportKey('raw', pair.publicKey)), pair.privateKey);
    },
    async ed25519Verify(publicKey, message, signature) {
      if (publicKey.length !== 32 || signature.length !== 64) return false;
      const key = await importPoint(() =>
        subtle.importKey('raw', owned(publicKey), 'Ed25519', false, ['verify']),
      );
      return key !== undefined && subtle.verify('Ed25519', key, owned(signature), owned(message));
    },
  };
}
