// The classical key encapsulation of suite 3: DHKEM(X25519, HKDF-SHA256), RFC 9180 section 4.1.
import { concat, u16, utf8 } from '../internal/bytes.js';
import type { Primitives } from '../internal/primitives.js';
import { hkdfExpand, hkdfExtract } from './hkdf.js';
import type { Kem, KemPrivateKey, KemPublicKey } from './kem.js';

const KEM_ID = 0x0020;
const KEY_LENGTH = 32;
const NONE = new Uint8Array(0);
const VERSION = utf8('HPKE-v1');
const SUITE_ID = concat(utf8('KEM'), u16(KEM_ID));

type Operations = Pick<Primitives, 'x25519' | 'hmacSha256'>;

export function createDhkemX25519(operations: Operations): Kem {
  const labeledExtract = (label: string, secret: Uint8Array) =>
    hkdfExtract(operations, NONE, concat(VERSION, SUITE_ID, utf8(label), secret));

  const labeledExpand = (key: Uint8Array, label: string, info: Uint8Array) =>
    hkdfExpand(operations, key, concat(u16(KEY_LENGTH), VERSION, SUITE_ID, utf8(label), info), KEY_LENGTH);

  const sharedSecret = (diffieHellman: Uint8Array, encapsulated: Uint8Array, recipient: Uint8Array) =>
    labeledExpand(labeledExtract('eae_prk', diffieHellman), 'shared_secret', concat(encapsulated, recipient));

  const deriveSeed = (keyingMaterial: Uint8Array) =>
    labeledExpand(labeledExtract('dkp_prk', keyingMaterial), 'sk', NONE);

  function publicKey(bytes: Uint8Array): KemPublicKey {
    if (bytes.length !== KEY_LENGTH) throw new RangeError(`expected 32 bytes, got ${bytes.length}`);
    const recipient = bytes.slice();
    return {
      publicKey: recipient,
      async encapsulate(randomness) {
        const ephemeral = await operations.x25519(deriveSeed(randomness));
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
    };
  }

  return {
    id: KEM_ID,
    name: 'DHKEM(X25519, HKDF-SHA256)',
    publicKeyLength: KEY_LENGTH,
    encapsulatedLength: KEY_LENGTH,
    seedLength: KEY_LENGTH,
    randomnessLength: KEY_LENGTH,
    publicKey,
    keyPair,
    deriveSeed,
  };
}
