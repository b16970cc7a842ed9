// How is an ECDSA signature verified in pure JavaScript (FIPS 186-5, 6.4.2)? A page that verifies and never signs needs no more.
import { toHex } from './bytes.js';
import { type CurvePoint, createPoints, type PrimeCurve } from './curve-point.js';
import { jointMultiply, type OddMultiples, oddMultiples } from './joint-multiply.js';

export type EcdsaVerify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** 64 multiples of the base point, made once; 8 of each key. */
const BASE_WIDTH = 8;
const KEY_WIDTH = 5;

/** Two numbers of equal length, big-endian. */
function pair(bytes: Uint8Array): readonly [bigint, bigint] {
  const text = toHex(bytes);
  return [BigInt(`0x${text.slice(0, bytes.length)}`), BigInt(`0x${text.slice(bytes.length)}`)];
}

/** 1 / value modulo a prime above it, by Euclid's algorithm. */
function inverse(value: bigint, prime: bigint): bigint {
  let [high, low] = [prime, value];
  let [before, factor] = [0n, 1n];
  while (low > 1n) {
    const quotient = high / low;
    [high, low] = [low, high - quotient * low];
    [before, factor] = [factor, before - quotient * factor];
  }
  return factor < 0n ? factor + prime : factor;
}

/**
 * Verification over a curve of prime order, `size` bytes, as long as the hash: raw point without prefix, raw r ‖ s; s may be high.
 * False for anything malformed: a point off the curve, r or s out of range. Time depends on the input, which is public: no place for secrets.
 */
export function createEcdsaVerify(
  curve: PrimeCurve,
  size: number,
  hash: (message: Uint8Array) => Uint8Array,
): EcdsaVerify {
  const { p, n, Gx, Gy } = curve;
  const { zero, at } = createPoints(curve);
  let ofBase: OddMultiples<CurvePoint> | undefined;
  return (publicKey, message, signature) => {
    if (publicKey.length !== 2 * size || signature.length !== 2 * size) return false;
    const key = at(...pair(publicKey));
    const base = at(Gx, Gy);
    const [r, s] = pair(signature);
    if (key === undefined || base === undefined || r === 0n || r >= n || s === 0n || s >= n) return false;
    const w = inverse(s, n);
    const digest = BigInt(`0x${toHex(hash(message))}`);
    ofBase ??= oddMultiples(base, BASE_WIDTH);
    const { X, Z } = jointMultiply(
      zero,
      [(digest * w) % n, ofBase],
      [(r * w) % n, oddMultiples(key, KEY_WIDTH)],
    );
    // X = x·Z²: without dividing. x is r, or r + n where that is still below p.
    return Z !== 0n && [r, r + n].some((x) => x < p && (x * Z * Z - X) % p === 0n);
  };
}
