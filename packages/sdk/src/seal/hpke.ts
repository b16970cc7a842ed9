// How is a message sealed to a public key alone? HPKE mode base with HKDF-SHA256, RFC 9180 section 5.
import { concat, u16, utf8 } from '../internal/bytes.js';
import type { AeadName, Primitives } from '../internal/primitives.js';
import { AeadSequence } from './aead-sequence.js';
import { encapsulateWith, type Kem, type KemPrivateKey, type KemPublicKey } from './kem.js';
import { createLabelledHkdf } from './labelled-hkdf.js';
import type { Random } from './random.js';

const KDF_HKDF_SHA256 = 0x0001;
const AEAD_IDS: Readonly<Record<AeadName, number>> = { 'aes-256-gcm': 0x0002, 'chacha20-poly1305': 0x0003 };
const KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const SECRET_LENGTH = 32;
const MODE_BASE = Uint8Array.of(0);
/** Mode base has no pre-shared key and no name of one. */
const NO_PSK = new Uint8Array(0);

/** What both sides of one encapsulation share. Messages are sealed and opened in the order of the calls. */
export interface HpkeContext {
  readonly messages: Pick<AeadSequence, 'seal' | 'open'>;
  /** A secret that only the two sides can know, RFC 9180 section 5.3. */
  export(context: Uint8Array, length: number): Uint8Array;
}

export interface Hpke {
  sender(
    recipient: KemPublicKey,
    options: { info: Uint8Array; random: Random },
  ): Promise<{ encapsulation: Uint8Array; context: HpkeContext }>;
  /** Throws any error on an impossible encapsulation; a merely wrong one gives a context that opens nothing. */
  recipient(
    key: KemPrivateKey,
    options: { info: Uint8Array; encapsulation: Uint8Array },
  ): Promise<HpkeContext>;
}

export function createHpke(kem: Kem, aead: AeadName, primitives: Primitives): Hpke {
  const suiteId = concat(utf8('HPKE'), u16(kem.id), u16(KDF_HKDF_SHA256), u16(AEAD_IDS[aead]));
  const { extract, expand } = createLabelledHkdf(primitives, suiteId);
  let pskIdHash: Uint8Array | undefined;

  // RFC 9180 section 5.1.
  async function keySchedule(sharedSecret: Uint8Array, info: Uint8Array): Promise<HpkeContext> {
    pskIdHash ??= extract(NO_PSK, 'psk_id_hash', NO_PSK);
    const schedule = concat(MODE_BASE, pskIdHash, extract(NO_PSK, 'info_hash', info));
    const secret = extract(sharedSecret, 'secret', NO_PSK);
    const key = expand(secret, 'key', schedule, KEY_LENGTH);
    const nonce = expand(secret, 'base_nonce', schedule, NONCE_LENGTH);
    const exporter = expand(secret, 'exp', schedule, SECRET_LENGTH);
    return {
      messages: await AeadSequence.create(aead, concat(key, nonce), { primitives }),
      export: (context, length) => expand(exporter, 'sec', context, length),
    };
  }

  return {
    async sender(recipient, { info, random }) {
      const { sharedSecret, encapsulated } = await encapsulateWith(random, recipient, { kem, primitives });
      return { encapsulation: encapsulated, context: await keySchedule(sharedSecret, info) };
    },
    recipient: async (key, { info, encapsulation }) =>
      keySchedule(await key.decapsulate(encapsulation), info),
  };
}
