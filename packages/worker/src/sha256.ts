// The one hash the worker itself computes: tokens and collateral are compared by it.
import { createHash, timingSafeEqual } from 'node:crypto';

export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** Whether `token` is the secret behind `hash`, in constant time. */
export function opensHash(token: Uint8Array, hash: Uint8Array): boolean {
  return hash.length === 32 && timingSafeEqual(sha256(token), hash);
}

/** Key of a map that is keyed by bytes. */
export function hexKey(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
