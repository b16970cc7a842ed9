// How does Node compute ML-KEM-768 itself, where it does? Some ten times faster than JavaScript; asked of the runtime, never of its version.
import * as crypto from 'node:crypto';
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { fromHex } from './bytes.js';
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
        if (!fresh) return jsLattice.publicKey(bytes).encapsulate(randomness);
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

/** Undefined where the runtime has none. Whether its answers are right is for `latticeWorks` to say. */
export const nodeLattice: Lattice | undefined = hasKem(crypto) ? createLattice(crypto) : undefined;
