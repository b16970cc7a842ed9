// The default key encapsulation: X-Wing (MLKEM768-X25519, HPKE KEM 0x647A), lattice and curve in one.
import { postQuantum } from '#platform';
import { concat, utf8 } from '../internal/bytes.js';
import type { LatticeKey, PostQuantum } from '../internal/ml-kem.js';
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

/** X-Wing over the given curve. `load`: the rest, at first use; default: the platform's. */
export function createXWing(curve: Curve, load: () => Promise<PostQuantum> = postQuantum): Kem {
  async function publicKey(bytes: Uint8Array): Promise<KemPublicKey> {
    const own = exactly(bytes, ML_KEM_PUBLIC + CURVE).slice();
    const parts = await load();
    return publicKeyOf({ curve, parts }, own, await parts.mlKem768.publicKey(own.subarray(0, ML_KEM_PUBLIC)));
  }

  async function keyPair(seed: Uint8Array): Promise<KemPrivateKey> {
    const own = exactly(seed, SEED_LENGTH).slice();
    const parts = await load();
    const expanded = parts.shake256(own, 96);
    const lattice = await parts.mlKem768.keyPair(expanded.subarray(0, 64));
    const agreement = await curve.x25519(expanded.subarray(64, 96));
    const curvePublic = agreement.publicKey;
    return {
      seed: own,
      publicKey: publicKeyOf({ curve, parts }, concat(lattice.publicKey, curvePublic), lattice),
      expand: lattice.expand,
      async decapsulate(encapsulated) {
        const curveCiphertext = exactly(encapsulated, ML_KEM_CIPHERTEXT + CURVE).subarray(ML_KEM_CIPHERTEXT);
        const [curveSecret, latticeSecret] = await Promise.all([
          agreement.agree(curveCiphertext),
          lattice.decapsulate(encapsulated.subarray(0, ML_KEM_CIPHERTEXT)),
        ]);
        return combine(parts, latticeSecret, curveSecret, curveCiphertext, curvePublic);
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

function publicKeyOf(
  { curve, parts }: { curve: Curve; parts: PostQuantum },
  bytes: Uint8Array,
  lattice: LatticeKey,
): KemPublicKey {
  const curvePublic = bytes.subarray(ML_KEM_PUBLIC);
  return {
    publicKey: bytes,
    async encapsulate(randomness, fresh = false) {
      // First half for the lattice, second for the curve, as in the draft's EncapsulateDerand.
      const ephemeral = await curve.x25519(exactly(randomness, RANDOMNESS).subarray(32));
      const curveCiphertext = ephemeral.publicKey;
      const curveSecret = await ephemeral.agree(curvePublic);
      const { cipherText, sharedSecret } = await lattice.encapsulate(randomness.subarray(0, 32), fresh);
      return {
        sharedSecret: combine(parts, sharedSecret, curveSecret, curveCiphertext, curvePublic),
        encapsulated: concat(cipherText, curveCiphertext),
      };
    },
  };
}

// draft-connolly-cfrg-xwing-kem section 5.3. The lattice ciphertext needs no place here: ML-KEM binds its own.
function combine(
  { sha3 }: PostQuantum,
  latticeSecret: Uint8Array,
  curveSecret: Uint8Array,
  curveCiphertext: Uint8Array,
  curvePublic: Uint8Array,
): Uint8Array {
  return sha3(concat(latticeSecret, curveSecret, curveCiphertext, curvePublic, LABEL));
}

function exactly(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`expected ${length} bytes, got ${bytes.length}`);
  return bytes;
}
