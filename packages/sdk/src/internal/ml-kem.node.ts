// Does this Node compute ML-KEM-768 itself, and correctly? Some ten times faster than JavaScript; asked of the runtime, never of its version.
import * as crypto from 'node:crypto';
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { equalBytes, fromHex, toHex } from './bytes.js';
import { dress } from './key-encoding.js';
import { jsLattice, type Lattice, type LatticeKey } from './ml-kem.js';

/** PKCS #8 of RFC 9935 section 6, seed form: 64 bytes d ‖ z follow. */
const SEED_PKCS8 = fromHex('3054020100300b060960864801650304040204428040');
/** SubjectPublicKeyInfo of RFC 9935 section 4: the encapsulation key follows. */
const SPKI = fromHex('308204b2300b0609608648016503040402038204a100');
const SEED_BYTES = 64;
const PUBLIC_BYTES = 1184;

/** What `node:crypto` has from Node 24.7 on. */
interface KemCalls {
  encapsulate(key: KeyObject): { sharedKey: Uint8Array; ciphertext: Uint8Array };
  decapsulate(key: KeyObject, ciphertext: Uint8Array): Uint8Array;
}

function hasKem(module: object): module is KemCalls {
  return (
    'encapsulate' in module &&
    typeof module.encapsulate === 'function' &&
    'decapsulate' in module &&
    typeof module.decapsulate === 'function'
  );
}

const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

function createLattice({ encapsulate, decapsulate }: KemCalls): Lattice {
  function keyOf(handle: KeyObject, bytes: Uint8Array): LatticeKey {
    return {
      encapsulate(randomness, fresh) {
        // OpenSSL takes no randomness from outside; what must be repeatable is computed in JavaScript.
        if (!fresh) return jsLattice.publicKey(bytes).encapsulate(randomness, false);
        const { sharedKey, ciphertext } = encapsulate(handle);
        return { sharedSecret: plain(sharedKey), cipherText: plain(ciphertext) };
      },
    };
  }
  return {
    keyPair(seed) {
      const key = Buffer.from(dress(SEED_PKCS8, seed, SEED_BYTES));
      const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
      const handle = createPublicKey(privateKey);
      const publicKey = plain(handle.export({ format: 'der', type: 'spki' }).subarray(SPKI.length));
      return {
        ...keyOf(handle, publicKey),
        publicKey,
        decapsulate: (ciphertext) => plain(decapsulate(privateKey, ciphertext)),
        expand: () => undefined,
      };
    },
    publicKey(bytes) {
      const key = Buffer.from(dress(SPKI, bytes, PUBLIC_BYTES));
      return keyOf(createPublicKey({ key, format: 'der', type: 'spki' }), bytes);
    },
  };
}

// The pair of the seed 00 01 … 3f: SHA-256 of its public key, and what it makes of 1,088 zero bytes (implicit rejection,
// FIPS 203 section 6.3). Computed with an independent implementation.
const TEST_PUBLIC = '0b7934c83125c788995e2ba6bd761e33046b3e40571be53e023309a29f398cc9';
const TEST_REJECTION = 'c8fbeddafdacef2ffeb8b354ea644f11b5c150f3e2c4a74ce38abba8f854ae16';

function works(lattice: Lattice): boolean {
  try {
    const pair = lattice.keyPair(Uint8Array.from({ length: SEED_BYTES }, (_, i) => i));
    const { sharedSecret, cipherText } = lattice
      .publicKey(pair.publicKey)
      .encapsulate(new Uint8Array(32), true);
    return (
      createHash('sha256').update(pair.publicKey).digest('hex') === TEST_PUBLIC &&
      toHex(pair.decapsulate(new Uint8Array(cipherText.length))) === TEST_REJECTION &&
      equalBytes(pair.decapsulate(cipherText), sharedSecret)
    );
  } catch {
    return false;
  }
}

function find(): Lattice | undefined {
  if (!hasKem(crypto)) return undefined;
  const lattice = createLattice(crypto);
  return works(lattice) ? lattice : undefined;
}

/** Undefined where the runtime has none, or one that answers wrongly. */
export const nodeLattice: Lattice | undefined = find();
