// With which keys does NVIDIA's attestation service sign? A JSON Web Key Set (RFC 7517), of which only P-384 keys count.
import { concat, fromUtf8 } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import { asObject, field, listField, parseJson, textField } from '../format/json.js';
import { parseGpu } from './gpu-fail.js';
import { strictBase64Url } from './strict-text.js';

const MAX_BYTES = 65_536;
const MAX_KEYS = 32;
const MAX_KID_CHARACTERS = 256;

/** Points x ‖ y, 96 bytes, by `kid`. */
export type NvidiaKeys = ReadonlyMap<string, Uint8Array>;

/**
 * Reads the key set. Whoever passes it vouches for it: nothing in it is signed, and certificates in it (`x5c`) are not looked at.
 * Keys of other types and uses are left out.
 * @throws CocoonError `ATTESTATION_GPU_KEYS` for a malformed set, a `kid` twice, or no usable key
 */
export function parseNvidiaJwks(jwks: string | Uint8Array): NvidiaKeys {
  return parseGpu('GPU_KEYS', 'key set', () => {
    expectFormat(jwks.length <= MAX_BYTES, 'too long');
    const set = asObject(parseJson(typeof jwks === 'string' ? jwks : fromUtf8(jwks)), 'key set');
    const keys = new Map<string, Uint8Array>();
    for (const entry of listField(set, 'keys', MAX_KEYS)) {
      const key = asObject(entry, 'key');
      if (field(key, 'kty') !== 'EC' || field(key, 'crv') !== 'P-384') continue;
      if ((field(key, 'use') ?? 'sig') !== 'sig' || (field(key, 'alg') ?? 'ES384') !== 'ES384') continue;
      const kid = textField(key, 'kid');
      expectFormat(kid.length > 0 && kid.length <= MAX_KID_CHARACTERS && !keys.has(kid), 'kid');
      const [x, y] = [strictBase64Url(textField(key, 'x')), strictBase64Url(textField(key, 'y'))];
      expectFormat(x.length === 48 && y.length === 48, 'point');
      keys.set(kid, concat(x, y));
    }
    expectFormat(keys.size > 0, 'no P-384 key');
    return keys;
  });
}
