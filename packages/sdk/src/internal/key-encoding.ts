// How raw keys are dressed for platforms that take only DER: the fixed prefixes of RFC 8410.
import { concat, fromHex } from './bytes.js';

/** PKCS #8 header of an X25519 private key; 32 raw bytes follow. */
export const X25519_PKCS8 = /* @__PURE__ */ fromHex('302e020100300506032b656e04220420');
/** SubjectPublicKeyInfo header of an X25519 public key; 32 raw bytes follow. */
export const X25519_SPKI = /* @__PURE__ */ fromHex('302a300506032b656e032100');
/** PKCS #8 header of an Ed25519 private key; the 32-byte seed follows. */
export const ED25519_PKCS8 = /* @__PURE__ */ fromHex('302e020100300506032b657004220420');
/** SubjectPublicKeyInfo header of an Ed25519 public key; 32 raw bytes follow. */
export const ED25519_SPKI = /* @__PURE__ */ fromHex('302a300506032b6570032100');

/** The base point of Curve25519, RFC 7748 section 4.1. */
export const X25519_BASE_POINT = /* @__PURE__ */ Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 9 : 0));

/** @throws RangeError when `raw` has not exactly `length` bytes. */
export function dress(prefix: Uint8Array, raw: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  return concat(prefix, sized(raw, length));
}

/** The same bytes. @throws RangeError when they are not exactly `length` */
export function sized(raw: Uint8Array, length: number): Uint8Array {
  if (raw.length !== length) throw new RangeError(`expected a key of ${length} bytes, got ${raw.length}`);
  return raw;
}
