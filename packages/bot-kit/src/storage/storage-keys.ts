// Which keys protect what is stored? Derived from the operator's root keys, never kept beside the data.
import { CocoonError } from '@cocoonkit/sdk';
import { toBytes } from './stored-bytes.js';

export interface StorageKey {
  /** 1 to 16 letters or digits; written beside every value, so that old values find their key after a rotation. */
  readonly id: string;
  /** 32 random bytes from a place that is not the database: an environment variable, a key service. */
  readonly key: Uint8Array;
}

const KEY_BYTES = 32;
const ID = /^[A-Za-z0-9]{1,16}$/;

/** What one root key gives. */
export interface DerivedKeys {
  readonly id: string;
  /** Record names are HMACs: the database shows neither people nor features. */
  nameOf(scope: string, name: string): Promise<string>;
  /** AES-256-GCM for the salts themselves. */
  readonly saltKey: CryptoKey;
  /** AES-256-GCM for one scope; another salt gives another key. */
  scopeKey(scope: string, salt: Uint8Array): Promise<CryptoKey>;
}

/** @throws CocoonError `OPTIONS_INVALID` */
export async function deriveKeys({ id, key }: StorageKey): Promise<DerivedKeys> {
  if (!ID.test(id)) throw invalid('id', '1 to 16 letters or digits');
  if (key.length !== KEY_BYTES) throw invalid('key', `${KEY_BYTES} bytes`);
  const root = await crypto.subtle.importKey('raw', new Uint8Array(key), 'HKDF', false, ['deriveKey']);
  const derive = (
    salt: Uint8Array,
    purpose: string,
    usage: AesKeyGenParams | HmacKeyGenParams,
    uses: KeyUsage[],
  ) =>
    crypto.subtle.deriveKey(
      {
        name: 'HKDF',
        hash: 'SHA-256',
        salt: new Uint8Array(salt),
        info: toBytes(`cocoonkit bot-kit ${purpose}`),
      },
      root,
      usage,
      false,
      uses,
    );
  const aes = { name: 'AES-GCM', length: 256 };
  const none = new Uint8Array(0);
  const nameKey = await derive(none, 'names', { name: 'HMAC', hash: 'SHA-256', length: 256 }, ['sign']);
  return {
    id,
    saltKey: await derive(none, 'salts', aes, ['encrypt', 'decrypt']),
    scopeKey: (scope, salt) => derive(salt, `values ${scope}`, aes, ['encrypt', 'decrypt']),
    async nameOf(scope, name) {
      // The length keeps "a" + "bc" apart from "ab" + "c".
      const mac = await crypto.subtle.sign('HMAC', nameKey, toBytes(`${scope.length}:${scope}${name}`));
      return Buffer.from(mac).toString('base64url').slice(0, 32);
    },
  };
}

type KeyUsage = 'encrypt' | 'decrypt' | 'sign';
interface AesKeyGenParams {
  name: string;
  length: number;
}
interface HmacKeyGenParams extends AesKeyGenParams {
  hash: string;
}

function invalid(field: string, expected: string): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'OPTIONS_INVALID',
    message: `A storage key's \`${field}\` must be ${expected}.`,
    remedy: 'Make a key with crypto.randomBytes(32) and keep it outside the database.',
    details: { field: `storage.keys.${field}` },
  });
}
