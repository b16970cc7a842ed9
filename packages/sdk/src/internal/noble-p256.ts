// How is an ECDSA signature over P-256 verified in pure JavaScript? Noble's group arithmetic under the few lines of FIPS 186-5, 6.4.2: a page that verifies and never signs needs no more.
import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { concat, toHex } from './bytes.js';
import type { SyncQuotePrimitives } from './primitives.js';
import { sha256 } from './sha256.js';

/** P-256 (SEC 2, 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const FIELD = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const Point = /* @__PURE__ */ weierstrass({
  p: FIELD,
  n: ORDER,
  h: 1n,
  a: FIELD - 3n,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  Gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  Gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
});
const UNCOMPRESSED = /* @__PURE__ */ Uint8Array.of(4);

const integer = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);

/**
 * Raw 64-byte point without prefix, raw r ‖ s; s may be high. False for anything malformed: a point off the curve, r or s out of range.
 * Time depends on the input, which is public: this is no place for secrets.
 */
export function p256Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 64 || signature.length !== 64) return false;
  const r = integer(signature.subarray(0, 32));
  const s = integer(signature.subarray(32));
  if (r === 0n || r >= ORDER || s === 0n || s >= ORDER) return false;
  const inverse = Point.Fn.inv(s);
  const ofBase = Point.Fn.mul(integer(sha256(message)) % ORDER, inverse);
  const ofKey = Point.Fn.mul(r, inverse);
  const key = readPoint(publicKey);
  if (key === undefined) return false;
  const sum = Point.BASE.multiplyUnsafe(ofBase).add(key.multiplyUnsafe(ofKey));
  return !sum.is0() && sum.x % ORDER === r;
}

function readPoint(publicKey: Uint8Array): InstanceType<typeof Point> | undefined {
  try {
    return Point.fromBytes(concat(UNCOMPRESSED, publicKey));
  } catch {
    return undefined;
  }
}

/** What verifying a quote at once needs where there is no node:crypto. */
export const syncQuotePrimitives: SyncQuotePrimitives = { sha256, p256Verify };
