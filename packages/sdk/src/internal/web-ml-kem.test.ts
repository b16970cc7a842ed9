// Is a browser's own ML-KEM used where it is right, and never where it is wrong? With a stand-in for the browser's WebCrypto, and with the real one where this runtime has it.
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { describe, expect, it } from 'vitest';
import { createXWing } from '../seal/x-wing.js';
import { jsPostQuantum, type PostQuantum } from './ml-kem.js';
import { platform } from './platform.node.js';
import { createWebPostQuantum } from './web-ml-kem.js';

const SEED = Uint8Array.from({ length: 64 }, (_, i) => 3 * i);

interface StandInKey {
  publicKey: Uint8Array;
  secretKey?: Uint8Array;
}

/** WebCrypto's calls over another implementation; keys are opaque to whoever calls. */
function browser() {
  return {
    async importKey(format: string, bytes: Uint8Array): Promise<StandInKey> {
      if (format === 'raw-seed') return ml_kem768.keygen(bytes);
      ml_kem768.prepare(bytes);
      return { publicKey: bytes.slice() };
    },
    async exportKey(format: string, key: StandInKey): Promise<ArrayBuffer> {
      if (format !== 'raw-public' || key.secretKey !== undefined) throw new TypeError('not exportable');
      return new Uint8Array(key.publicKey).buffer;
    },
    getPublicKey: async ({ publicKey }: StandInKey): Promise<StandInKey> => ({ publicKey }),
    async encapsulateBits(_: string, { publicKey }: StandInKey) {
      const { sharedSecret, cipherText } = ml_kem768.encapsulate(publicKey);
      return {
        sharedKey: new Uint8Array(sharedSecret).buffer,
        ciphertext: new Uint8Array(cipherText).buffer,
      };
    },
    async decapsulateBits(_: string, { secretKey }: StandInKey, ciphertext: Uint8Array) {
      if (secretKey === undefined) throw new TypeError('not a private key');
      return new Uint8Array(ml_kem768.decapsulate(ciphertext, secretKey)).buffer;
    },
  };
}

const { sha256 } = platform;
const refuse = () => Promise.reject(new Error('the JavaScript must not be loaded'));
const loadJs = async () => jsPostQuantum;
const real = globalThis.crypto.subtle;
const browsers: [string, () => object][] = [['a stand-in', browser]];
if ('encapsulateBits' in real) browsers.push(['this runtime', () => real]);
else
  process.stdout.write(
    `ML-KEM of WebCrypto tested with a stand-in alone: Node ${process.versions.node} has none (it came with 24.7)\n`,
  );

describe.each(browsers)('ML-KEM-768 of WebCrypto, %s', (_, subtle) => {
  it('accepts: X-Wing with it and without it are one KEM, and a fresh encapsulation is always another', async () => {
    const parts = await createWebPostQuantum(subtle(), { loadJs: refuse, sha256 });
    const withIt = createXWing(platform, async () => parts);
    const without = createXWing(platform, loadJs);
    const pair = await withIt.keyPair(SEED.subarray(0, 32));
    const other = await without.keyPair(SEED.subarray(0, 32));
    expect(pair.publicKey.publicKey).toEqual(other.publicKey.publicKey);
    const recipient = await withIt.publicKey(pair.publicKey.publicKey);
    const one = await recipient.encapsulate(SEED, true);
    const two = await recipient.encapsulate(SEED, true);
    expect(await other.decapsulate(one.encapsulated)).toEqual(one.sharedSecret);
    expect(await pair.decapsulate(one.encapsulated)).toEqual(one.sharedSecret);
    expect(one.sharedSecret).not.toEqual(two.sharedSecret);
    const theirs = await other.publicKey.encapsulate(SEED);
    expect(await pair.decapsulate(theirs.encapsulated)).toEqual(theirs.sharedSecret);
    const changed = theirs.encapsulated.map((byte, i) => (i === 500 ? byte ^ 1 : byte));
    expect(await pair.decapsulate(changed)).toEqual(await other.decapsulate(changed));
    expect(await pair.decapsulate(changed)).not.toEqual(theirs.sharedSecret);
  });

  it('accepts: what must be repeatable comes from JavaScript, loaded for that', async () => {
    const parts = await createWebPostQuantum(subtle(), { loadJs, sha256 });
    const { publicKey } = await createXWing(platform, async () => parts).keyPair(SEED.subarray(0, 32));
    const { publicKey: other } = await createXWing(platform, loadJs).keyPair(SEED.subarray(0, 32));
    expect(await publicKey.encapsulate(SEED)).toEqual(await other.encapsulate(SEED));
  });

  it('rejects: keys, seeds and ciphertexts that are none', async () => {
    const { mlKem768 } = await createWebPostQuantum(subtle(), { loadJs: refuse, sha256 });
    const { publicKey, decapsulate } = await mlKem768.keyPair(SEED);
    await expect(async () => mlKem768.keyPair(SEED.subarray(1))).rejects.toThrow(RangeError);
    await expect(async () => mlKem768.publicKey(publicKey.subarray(1))).rejects.toThrow(RangeError);
    await expect(async () => decapsulate(new Uint8Array(1087))).rejects.toThrow();
    // Coefficients outside the field, FIPS 203 section 7.2.
    const outside = publicKey.slice();
    outside.fill(0xff, 0, 3);
    await expect(async () => mlKem768.publicKey(outside)).rejects.toThrow();
  });
});

describe('a WebCrypto that is not to be trusted with ML-KEM', () => {
  const right = browser();
  const wrong: Record<string, object> = {
    'lacks a call': { ...right, getPublicKey: undefined },
    'knows no ML-KEM-768': {
      ...right,
      importKey: () => Promise.reject(new DOMException('', 'NotSupportedError')),
    },
    'makes another key of the seed': {
      ...right,
      importKey: (format: string, bytes: Uint8Array) =>
        right.importKey(format, format === 'raw-seed' ? bytes.map((byte) => byte ^ 1) : bytes),
    },
    'opens what it did not seal': { ...right, decapsulateBits: async () => new ArrayBuffer(32) },
    'cannot open what it sealed': {
      ...right,
      encapsulateBits: async (name: string, key: StandInKey) => ({
        ...(await right.encapsulateBits(name, key)),
        sharedKey: new ArrayBuffer(32),
      }),
    },
  };

  it.each(Object.entries(wrong))('rejects: one that %s, and computes in JavaScript', async (_, subtle) => {
    let loaded: PostQuantum | undefined;
    const parts = await createWebPostQuantum(subtle, {
      loadJs: async () => (loaded = jsPostQuantum),
      sha256,
    });
    expect(parts).toBe(jsPostQuantum);
    expect(loaded).toBe(jsPostQuantum);
  });

  it('rejects: with what loading said, where the JavaScript does not arrive either', async () => {
    await expect(createWebPostQuantum({}, { loadJs: refuse, sha256 })).rejects.toThrow('must not be loaded');
  });
});

describe('SHA-3 beside it', () => {
  it('accepts: the hashes of FIPS 202', async () => {
    const parts = await createWebPostQuantum(browser(), { loadJs: refuse, sha256 });
    for (const { sha3, shake256 } of [parts, jsPostQuantum]) {
      expect(sha3(new Uint8Array(0)).subarray(0, 4)).toEqual(Uint8Array.of(0xa7, 0xff, 0xc6, 0xf8));
      expect(shake256(new Uint8Array(0), 96).subarray(0, 4)).toEqual(Uint8Array.of(0x46, 0xb9, 0xdd, 0x2b));
      expect(shake256(new Uint8Array(0), 96)).toHaveLength(96);
    }
  });
});
