// The classical key encapsulation of suite 3: DHKEM(X25519, HKDF-SHA256), RFC 9180 section 4.1.
import { concat, u16, utf8 } from '../internal/bytes.js';
import type { Primitives } from '../internal/primitives.js';
import type { Kem, KemPrivateKey, KemPublicKey } from './kem.js';
import { createLabelledHkdf } from './labelled-hkdf.js';

const KEM_ID = 0x0020;
const KEY_LENGTH = 32;
const NONE = new Uint8Array(0);
const SUITE_ID = concat(utf8('KEM'), u16(KEM_ID));

type Operations = Pick<Primitives, 'x25519' | 'hmacSha256'>;

export function createDhkemX25519(operations: Operations): Kem {
  const { extract, expand } = createLabelledHkdf(operations, SUITE_ID);

  const sharedSecret = (diffieHellman: Uint8Array, encapsulated: Uint8Array, recipient: Uint8Array) =>
    expand(
      extract(NONE, 'eae_prk', diffieHellman),
      'shared_secret',
      concat(encapsulated, recipient),
      KEY_LENGTH,
    );

  const deriveSeed = (keyingMaterial: Uint8Array) =>
    expand(extract(NONE, 'dkp_prk', keyingMaterial), 'sk', NONE, KEY_LENGTH);

  function publicKey(bytes: Uint8Array): KemPublicKey {
    if (bytes.length !== KEY_LENGTH) throw new RangeError(`expected 32 bytes, got ${bytes.length}`);
    const recipient = bytes.slice();
    return {
      publicKey: recipient,
      async encapsulate(randomness, fresh = false) {
        // Section 4 asks for any random pair; DeriveKeyPair is for material that is not uniform, or that must give the same pair again.
        const ephemeral = await operations.x25519(fresh ? randomness : deriveSeed(randomness));
        const encapsulated = ephemeral.publicKey;
        const secret = await ephemeral.agree(recipient);
        return { encapsulated, sharedSecret: sharedSecret(secret, encapsulated, recipient) };
      },
    };
  }

  async function keyPair(seed: Uint8Array): Promise<KemPrivateKey> {
    const agreement = await operations.x25519(seed);
    const recipient = publicKey(agreement.publicKey);
    return {
      seed: seed.slice(),
      publicKey: recipient,
      async decapsulate(encapsulated) {
        const secret = await agreement.agree(encapsulated);
        return sharedSecret(secret, encapsulated, recipient.publicKey);
      },
      expand: () => undefined,
    };
  }

  return {
    id: KEM_ID,
    encapsulatedLength: KEY_LENGTH,
    seedLength: KEY_LENGTH,
    randomnessLength: KEY_LENGTH,
    publicKey,
    keyPair,
  };
}
