// Is each limit of FIPS 186-5, 6.4.2 kept? Every case holds but for one rule: the key is made to fit the signature, which shows what the rule keeps out.
import { p256 } from '@noble/curves/nist.js';
import { describe, expect, it } from 'vitest';
import { concat, fromHex } from './bytes.js';
import { createEcdsaVerify } from './ecdsa-verify.js';

const { Point } = p256;
const { Fn, Fp, BASE } = Point;
const { p, n, b, Gx, Gy } = Point.CURVE();
const SIZE = 32;
const DIGEST = 0x1234_5678n;

const bytes = (value: bigint, size = SIZE): Uint8Array => fromHex(value.toString(16).padStart(2 * size, '0'));
const verify = createEcdsaVerify({ p, n, b, Gx, Gy }, SIZE, () => bytes(DIGEST));
const holds = (key: Uint8Array, r: bigint, s: bigint): boolean =>
  verify(key, new Uint8Array(), concat(bytes(r), bytes(s)));

type NoblePoint = typeof BASE;
/** The key under which (r, s) leads to `sum`. */
const keyFor = (sum: NoblePoint, r: bigint, s: bigint): Uint8Array =>
  sum
    .multiply(Fn.create(s))
    .add(BASE.multiply(DIGEST).negate())
    .multiply(Fn.inv(Fn.create(r)))
    .toBytes(false)
    .subarray(1);

const sum = BASE.multiply(987_654_321n);
const { x } = sum.toAffine();

describe('ECDSA over P-256', () => {
  it('accepts: signatures with s = 1 and with any other', () => {
    expect(holds(keyFor(sum, x % n, 1n), x % n, 1n)).toBe(true);
    expect(holds(keyFor(sum, x % n, 77n), x % n, 77n)).toBe(true);
    expect(holds(keyFor(sum, x % n, 77n), x % n, 78n)).toBe(false);
  });

  it('rejects: s = 0, which has no inverse, and s not below the order', () => {
    const key = keyFor(sum, x % n, 1n);
    expect(holds(key, x % n, 0n)).toBe(false);
    expect(holds(key, x % n, n + 1n)).toBe(false);
  });

  it('rejects: r of another x of the same remainder by the field', () => {
    // r + n is x + p: equal modulo p, and no x at all.
    const r = x + p - n;
    expect(r).toBeLessThan(n);
    expect(holds(keyFor(sum, r, 1n), r, 1n)).toBe(false);
  });

  it('rejects: r not below the order, even where it is the x of the sum', () => {
    const high = firstPointFrom(n + 1n);
    const r = high.x - n;
    const key = keyFor(high, r, 1n);
    expect(holds(key, r, 1n)).toBe(true);
    expect(holds(key, high.x, 1n)).toBe(false);
  });

  it('rejects: r = 0, even where the sum has this x', () => {
    const zero = firstPointFrom(0n);
    expect(zero.x).toBe(0n);
    const over = createEcdsaVerify({ p, n, b, Gx: zero.x, Gy: zero.y }, SIZE, () => bytes(1n));
    const key = sum.toBytes(false).subarray(1);
    expect(over(key, new Uint8Array(), concat(bytes(0n), bytes(1n)))).toBe(false);
  });

  it('rejects: numbers of another size, whatever their value', () => {
    const r = x % n;
    const key = keyFor(sum, r, 1n);
    const wide = (pair: Uint8Array) =>
      concat(new Uint8Array(1), pair.subarray(0, SIZE), new Uint8Array(1), pair.subarray(SIZE));
    const signature = concat(bytes(r), bytes(1n));
    const message = new Uint8Array();
    expect(verify(key, message, signature)).toBe(true);
    expect(verify(wide(key), message, signature)).toBe(false);
    expect(verify(key, message, wide(signature))).toBe(false);
    expect(verify(new Uint8Array(), message, signature)).toBe(false);
    expect(verify(key, message, new Uint8Array())).toBe(false);
  });
});

/** The point with the smallest x from `least` on. */
function firstPointFrom(least: bigint): NoblePoint {
  for (let x = least; ; x++) {
    try {
      const y = Fp.sqrt(Fp.add(Fp.mul(Fp.sub(Fp.sqr(x), 3n), x), b));
      return Point.fromAffine({ x, y });
    } catch {
      // No square root: no point has this x.
    }
  }
}
