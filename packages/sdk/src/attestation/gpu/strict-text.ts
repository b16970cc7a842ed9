// How are texts of a token read so that each has one spelling?
import { fromBase64Url, toBase64Url } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import { field, type JsonObject } from '../format/json.js';

const MAX_CLAIM_CHARACTERS = 128;

/** Base64url without padding and without unused bits (RFC 7515 section 2). */
export function strictBase64Url(text: string): Uint8Array {
  expectFormat(/^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1, 'base64url');
  const bytes = fromBase64Url(text);
  expectFormat(toBase64Url(bytes) === text, 'base64url');
  return bytes;
}

/** A short printable text, or undefined for anything else. */
export function shortText(object: JsonObject, name: string): string | undefined {
  const value = field(object, name);
  const fits = typeof value === 'string' && value.length <= MAX_CLAIM_CHARACTERS;
  return fits && /^[\x20-\x7e]+$/.test(value) ? value : undefined;
}
