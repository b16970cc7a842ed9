// How keys are derived: HKDF-SHA256 (RFC 5869), extract and expand.
import { concat } from '../internal/bytes.js';
import type { Primitives } from '../internal/primitives.js';

const HASH_LENGTH = 32;
const NO_SALT = new Uint8Array(HASH_LENGTH);

type Hmac = Pick<Primitives, 'hmacSha256'>;

/** RFC 5869 section 2.2. An empty salt means 32 zero bytes. */
export function hkdfExtract(primitives: Hmac, salt: Uint8Array, secret: Uint8Array): Uint8Array {
  return primitives.hmacSha256(salt.length === 0 ? NO_SALT : salt, secret);
}

/** RFC 5869 section 2.3. @throws RangeError above 255 × 32 bytes. */
export function hkdfExpand(primitives: Hmac, key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  if (length > 255 * HASH_LENGTH) throw new RangeError(`HKDF cannot expand to ${length} bytes`);
  const out = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let offset = 0, counter = 1; offset < length; offset += HASH_LENGTH, counter++) {
    block = primitives.hmacSha256(key, concat(block, info, Uint8Array.of(counter)));
    out.set(block.subarray(0, length - offset), offset);
  }
  return out;
}
