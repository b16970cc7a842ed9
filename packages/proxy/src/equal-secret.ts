// Are two secrets the same? Compared in constant time.
import { createHash, timingSafeEqual } from 'node:crypto';

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** Hashes first, so that unequal lengths take the same way. */
export function equalSecret(a: Uint8Array, b: Uint8Array): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}
