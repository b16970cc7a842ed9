// What does the database hold? `1.<key id>.<expiry>.<nonce>.<ciphertext>`; everything before the ciphertext is authenticated with it.
import { decode, encode, toBytes, toText } from './stored-bytes.js';

const VERSION = '1';
const NONCE_BYTES = 12;

export interface SealedParts {
  readonly keyId: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Shape only: nothing here is trusted before `openValue`. */
export function parseSealed(stored: unknown): SealedParts | undefined {
  if (typeof stored !== 'string') return undefined;
  const [version, keyId = '', expiry = '', nonce, ciphertext, more] = stored.split('.');
  const expires = Number.parseInt(expiry, 36);
  if (version !== VERSION || nonce === undefined || ciphertext === undefined || more !== undefined)
    return undefined;
  return Number.isSafeInteger(expires) ? { keyId, expires } : undefined;
}

export async function sealValue(
  text: string,
  { key, keyId, expires, record, nonce }: SealedParts & { key: CryptoKey; record: string; nonce: Uint8Array },
): Promise<string> {
  const head = `${VERSION}.${keyId}.${expires.toString(36)}`;
  const iv = new Uint8Array(nonce);
  // The record's own name is authenticated: a value copied to another place does not open there.
  const additionalData = toBytes(`${head} ${record}`);
  const ciphertext = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, toBytes(text));
  return `${head}.${encode(iv)}.${encode(new Uint8Array(ciphertext))}`;
}

/** `undefined` when the key is another one or a single bit has changed. */
export async function openValue(
  stored: string,
  { key, record }: { key: CryptoKey; record: string },
): Promise<string | undefined> {
  const [version, keyId, expiry, nonce = '', ciphertext = ''] = stored.split('.');
  const iv = decode(nonce);
  const data = decode(ciphertext);
  if (iv?.length !== NONCE_BYTES || data === undefined) return undefined;
  const additionalData = toBytes(`${version}.${keyId}.${expiry} ${record}`);
  try {
    return toText(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, data));
  } catch {
    return undefined;
  }
}
