// Which algorithms the three suites of PROTOCOL.md consist of.
import { type AEAD, CipherSuite, type KDF } from 'hpke';
import type { AeadName, Primitives } from '../internal/primitives.js';
import { parseSuite } from '../protocol/manifest.js';
import type { SuiteId } from '../protocol/suites.js';
import { createDhkemX25519 } from './dhkem-x25519.js';
import { hkdfExpand, hkdfExtract } from './hkdf.js';
import { type HpkeKey, type Kem, toHpkeKem } from './kem.js';
import { createXWing } from './x-wing.js';

/** What sealing draws on: the platform's operations and a source of random bytes. */
export interface SealCrypto {
  primitives: Primitives;
  random: (length: number) => Uint8Array;
}

export interface Suite {
  readonly id: SuiteId;
  readonly kem: Kem;
  readonly aead: AeadName;
  readonly hpke: CipherSuite<HpkeKey>;
}

/** @throws CocoonError `UNSUPPORTED_SUITE` for any number but 1, 2 and 3. */
export function createSuite(id: number, crypto: SealCrypto): Suite {
  const suiteId = parseSuite(id);
  const { primitives, random } = crypto;
  const kem = suiteId === 3 ? createDhkemX25519(primitives) : createXWing(primitives);
  const aead = suiteId === 2 ? 'chacha20-poly1305' : 'aes-256-gcm';
  const hpke = new CipherSuite<HpkeKey>(
    () => toHpkeKem(kem, random),
    () => hpkeKdf(primitives),
    () => hpkeAead(primitives, aead),
  );
  return { id: suiteId, kem, aead, hpke };
}

function hpkeKdf(primitives: Primitives): KDF {
  return {
    id: 0x0001,
    type: 'KDF',
    name: 'HKDF-SHA256',
    Nh: 32,
    stages: 2,
    Extract: async (salt, secret) => hkdfExtract(primitives, salt, secret),
    Expand: async (key, info, length) => hkdfExpand(primitives, key, info, length),
    Derive: async () => {
      throw new TypeError('HKDF is a two-stage KDF');
    },
  };
}

function hpkeAead(primitives: Primitives, name: AeadName): AEAD {
  return {
    id: name === 'aes-256-gcm' ? 0x0002 : 0x0003,
    type: 'AEAD',
    name: name === 'aes-256-gcm' ? 'AES-256-GCM' : 'ChaCha20Poly1305',
    Nk: 32,
    Nn: 12,
    Nt: 16,
    Seal: async (key, nonce, additionalData, plaintext) =>
      (await primitives.aead(name, key)).seal(nonce, additionalData, plaintext),
    Open: async (key, nonce, additionalData, ciphertext) =>
      (await primitives.aead(name, key)).open(nonce, additionalData, ciphertext),
  };
}
