// The default key encapsulation: X-Wing (MLKEM768-X25519, HPKE KEM 0x647A), lattice and curve in one.
import { sha3_256, shake256 } from '@noble/hashes/sha3.js';
import { mlKem768 } from '#platform';
import { concat, utf8 } from '../internal/bytes.js';
import type { Lattice, LatticeKey } from '../internal/ml-kem.js';
import type { Primitives } from '../internal/primitives.js';
import type { Kem, KemPrivateKey, KemPublicKey } from './kem.js';

const KEM_ID = 0x647a;
const SEED_LENGTH = 32;
const RANDOMNESS = 64;
const ML_KEM_PUBLIC = 1184;
const ML_KEM_CIPHERTEXT = 1088;
const CURVE = 32;
/** The drawing of an X-Wing, draft-connolly-cfrg-xwing-kem section 5.3. */
const LABEL = utf8('\\.//^\\');

type Curve = Pick<Primitives, 'x25519'>;

/** X-Wing over the given curve and the platform's ML-KEM-768; SHA-3 is always pure JavaScript. */
export function createXWing(curve: Curve, lattices: Lattice = mlKem768): Kem {
  function publicKey(bytes: Uint8Array): KemPublicKey {
    const own = exactly(bytes, ML_KEM_PUBLIC + CURVE).slice();
    return publicKeyOf(curve, own, lattices.publicKey(own.subarray(0, ML_KEM_PUBLIC)));
  }

  async function keyPair(seed: Uint8Array): Promise<KemPrivateKey> {
    const expanded = shake256(exactly(seed, SEED_LENGTH), { dkLen: 96 });
    const lattice = lattices.keyPair(expanded.subarray(0, 64));
    const agreement = await curve.x25519(expanded.subarray(64, 96));
    const curvePublic = agreement.publicKey;
    return {
      seed: seed.slice(),
      publicKey: publicKeyOf(curve, concat(lattice.publicKey, curvePublic), lattice),
      expand: lattice.expand,
      async decapsulate(encapsulated) {
        const curveCiphertext = exactly(encapsulated, ML_KEM_CIPHERTEXT + CURVE).subarray(ML_KEM_CIPHERTEXT);
        const curveSecret = agreement.agree(curveCiphertext);
        const latticeSecret = lattice.decapsulate(encapsulated.subarray(0, ML_KEM_CIPHERTEXT));
        return combine(latticeSecret, await curveSecret, curveCiphertext, curvePublic);
      },
    };
  }

  return {
    id: KEM_ID,
    encapsulatedLength: ML_KEM_CIPHERTEXT + CURVE,
    seedLength: SEED_LENGTH,
    randomnessLength: RANDOMNESS,
    publicKey,
    keyPair,
  };
}

function publicKeyOf(curve: Curve, bytes: Uint8Array, lattice: LatticeKey): KemPublicKey {
  const curvePublic = bytes.subarray(ML_KEM_PUBLIC);
  return {
    publicKey: bytes,
    async encapsulate(randomness, fresh = false) {
      // First half for the lattice, second for the curve, as in the draft's EncapsulateDerand.
      const ephemeral = await curve.x25519(exactly(randomness, RANDOMNESS).subarray(32));
      const curveCiphertext = ephemeral.publicKey;
      const curveSecret = await ephemeral.agree(curvePublic);
      const { cipherText, sharedSecret } = lattice.encapsulate(randomness.subarray(0, 32), fresh);
      return {
        sharedSecret: combine(sharedSecret, curveSecret, curveCiphertext, curvePublic),
        encapsulated: concat(cipherText, curveCiphertext),
      };
    },
  };
}

// draft-connolly-cfrg-xwing-kem section 5.3. The lattice ciphertext needs no place here: ML-KEM binds its own.
function combine(
  latticeSecret: Uint8Array,
  curveSecret: Uint8Array,
  curveCiphertext: Uint8Array,
  curvePublic: Uint8Array,
): Uint8Array {
  return sha3_256(concat(latticeSecret, curveSecret, curveCiphertext, curvePublic, LABEL));
}

function exactly(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`expected ${length} bytes, got ${bytes.length}`);
  return bytes;
}
