// How is an ECDSA signature verified in pure JavaScript? Noble's group arithmetic under the few lines of FIPS 186-5, 6.4.2: a page that verifies and never signs needs no more.
import { type WeierstrassOpts, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { concat, toHex } from './bytes.js';
import { jointMultiply, oddMultiples } from './joint-multiply.js';

export type EcdsaVerify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** 64 multiples of the base point, made once; 8 of each key. */
const BASE_WIDTH = 8;
const KEY_WIDTH = 5;
const UNCOMPRESSED = /* @__PURE__ */ Uint8Array.of(4);

const integer = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);

/**
 * Verification over a curve of prime order as long as the hash: raw point without prefix, raw r ‖ s; s may be high.
 * False for anything malformed: a point off the curve, r or s out of range. Time depends on the input, which is public: no place for secrets.
 */
export function createEcdsaVerify(
  curve: WeierstrassOpts<bigint>,
  hash: (message: Uint8Array) => Uint8Array,
): EcdsaVerify {
  const Point = weierstrass(curve);
  const { Fn, Fp, BASE, ZERO } = Point;
  let ofBase: ReturnType<typeof oddMultiples<typeof BASE>> | undefined;
  const readPoint = (bytes: Uint8Array) => {
    try {
      return Point.fromBytes(concat(UNCOMPRESSED, bytes));
    } catch {
      return undefined;
    }
  };
  return (publicKey, message, signature) => {
    const key = publicKey.length === 2 * Fn.BYTES ? readPoint(publicKey) : undefined;
    if (key === undefined || signature.length !== 2 * Fn.BYTES) return false;
    const r = integer(signature.subarray(0, Fn.BYTES));
    const s = integer(signature.subarray(Fn.BYTES));
    if (r === 0n || r >= curve.n || s === 0n || s >= curve.n) return false;
    const inverse = Fn.inv(s);
    const first = Fn.mul(integer(hash(message)) % curve.n, inverse);
    ofBase ??= oddMultiples(BASE, BASE_WIDTH);
    const sum = jointMultiply(ZERO, [first, ofBase], [Fn.mul(r, inverse), oddMultiples(key, KEY_WIDTH)]);
    // X = x·Z: without dividing. x is r, or r + n where that is still below p.
    return !sum.is0() && [r, r + curve.n].some((x) => x < curve.p && Fp.mul(x, sum.Z) === sum.X);
  };
}
