// How is ML-KEM-768 computed by a browser's own WebCrypto, and does this browser do it correctly? (WICG, Modern Algorithms in the Web Cryptography API)
import { sha3_256, shake256 } from '@noble/hashes/sha3.js';
import { sized } from './key-encoding.js';
import type { Lattice, LatticeKey, PostQuantum } from './ml-kem.js';
import { latticeWorks } from './ml-kem-self-test.js';
import { owned } from './web-bytes.js';

const ALGORITHM = 'ML-KEM-768';
const SEED_BYTES = 64;
const PUBLIC_BYTES = 1184;
const ENCAPSULATE = ['encapsulateBits'];
const DECAPSULATE = ['decapsulateBits'];

/** What WebCrypto has where it has ML-KEM; no type declaration knows of it yet. */
interface KemCalls {
  importKey(
    format: 'raw-seed' | 'raw-public',
    bytes: Uint8Array<ArrayBuffer>,
    algorithm: string,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKey>;
  exportKey(format: 'raw-public', key: CryptoKey): Promise<ArrayBuffer>;
  getPublicKey(key: CryptoKey, usages: readonly string[]): Promise<CryptoKey>;
  encapsulateBits(
    algorithm: string,
    key: CryptoKey,
  ): Promise<{ sharedKey: ArrayBuffer; ciphertext: ArrayBuffer }>;
  decapsulateBits(
    algorithm: string,
    key: CryptoKey,
    ciphertext: Uint8Array<ArrayBuffer>,
  ): Promise<ArrayBuffer>;
}

function hasKem(subtle: object): subtle is KemCalls {
  return ['encapsulateBits', 'decapsulateBits', 'getPublicKey'].every(
    (name) => typeof Reflect.get(subtle, name) === 'function',
  );
}

type LoadJs = () => Promise<PostQuantum>;

function createLattice(subtle: KemCalls, loadJs: LoadJs): Lattice {
  function keyOf(handle: CryptoKey, bytes: Uint8Array): LatticeKey {
    return {
      async encapsulate(randomness, fresh) {
        // WebCrypto takes no randomness from outside; what must be repeatable is computed in JavaScript.
        if (!fresh) {
          const { mlKem768 } = await loadJs();
          return (await mlKem768.publicKey(bytes)).encapsulate(randomness, false);
        }
        const { sharedKey, ciphertext } = await subtle.encapsulateBits(ALGORITHM, handle);
        return { sharedSecret: new Uint8Array(sharedKey), cipherText: new Uint8Array(ciphertext) };
      },
    };
  }
  return {
    async keyPair(seed) {
      const raw = owned(sized(seed, SEED_BYTES));
      const privateKey = await subtle.importKey('raw-seed', raw, ALGORITHM, false, DECAPSULATE);
      const handle = await subtle.getPublicKey(privateKey, ENCAPSULATE);
      const publicKey = new Uint8Array(await subtle.exportKey('raw-public', handle));
      return {
        ...keyOf(handle, publicKey),
        publicKey,
        decapsulate: async (ciphertext) =>
          new Uint8Array(await subtle.decapsulateBits(ALGORITHM, privateKey, owned(ciphertext))),
        expand: () => undefined,
      };
    },
    async publicKey(bytes) {
      const raw = owned(sized(bytes, PUBLIC_BYTES));
      // Browsers make the check of FIPS 203 section 7.2 here.
      return keyOf(await subtle.importKey('raw-public', raw, ALGORITHM, true, ENCAPSULATE), bytes);
    },
  };
}

/** The browser's ML-KEM with SHA-3 in JavaScript, which browsers lack; all of `loadJs` where the browser's has not proven itself. */
export async function createWebPostQuantum(
  subtle: object,
  { loadJs, sha256 }: { loadJs: LoadJs; sha256: (data: Uint8Array) => Uint8Array },
): Promise<PostQuantum> {
  if (!hasKem(subtle)) return loadJs();
  const mlKem768 = createLattice(subtle, loadJs);
  if (!(await latticeWorks(mlKem768, sha256))) return loadJs();
  return { mlKem768, sha3: sha3_256, shake256: (data, length) => shake256(data, { dkLen: length }) };
}
