// Is the sum of two products right for every pair of numbers, the awkward ones above all?
import { generateKeyPairSync, sign } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64Url } from './bytes.js';
import { createEcdsaVerify } from './ecdsa-verify.js';
import { jointMultiply, oddMultiples } from './joint-multiply.js';
import { p256Verify } from './p256-verify.js';

const { Point } = p256;
const ORDER = Point.Fn.ORDER;
const multiply = (scalar: bigint, point = Point.BASE) =>
  scalar % ORDER === 0n ? Point.ZERO : point.multiply(scalar % ORDER);
const AWKWARD = [
  0n,
  1n,
  2n,
  15n,
  16n,
  17n,
  31n,
  32n,
  33n,
  ORDER - 1n,
  ORDER - 16n,
  2n ** 255n,
  2n ** 256n - 1n,
];
const scalar = fc.oneof(fc.constantFrom(...AWKWARD), fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }));

test('a·G + b·Q is what two products and a sum give', () => {
  fc.assert(
    fc.property(scalar, scalar, fc.bigInt({ min: 1n, max: ORDER - 1n }), (a, b, secret) => {
      const other = multiply(secret);
      const sum = jointMultiply(Point.ZERO, [a, oddMultiples(Point.BASE, 8)], [b, oddMultiples(other, 5)]);
      expect(sum.equals(multiply(a).add(multiply(b, other)))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('equal and opposite points, where doubling and cancelling meet', () => {
  for (const a of AWKWARD) {
    const base = oddMultiples(Point.BASE, 8);
    expect(jointMultiply(Point.ZERO, [a, base], [a, oddMultiples(Point.BASE.negate(), 3)]).is0()).toBe(true);
    expect(jointMultiply(Point.ZERO, [a, base], [a, base]).equals(multiply(2n * a))).toBe(true);
  }
});

test('signatures made by another library hold, and no changed one does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(63), fc.nat(7), (message, at, bit) => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
      const key = new Uint8Array([...fromBase64Url(x), ...fromBase64Url(y)]);
      const signature = new Uint8Array(
        sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
      );
      expect(p256Verify(key, message, signature)).toBe(true);
      signature[at] = (signature[at] ?? 0) ^ (1 << bit);
      expect(p256Verify(key, message, signature)).toBe(false);
    }),
    { numRuns: 40 },
  );
});

test('a point whose x is above the order is compared modulo the order', () => {
  const { Fn, Fp } = Point;
  const { p, n, a, b, Gx, Gy } = Point.CURVE();
  // The first x of n, n + 1 … that lies on the curve: chance meets one in 2^32 signatures.
  const xs = Array.from({ length: 64 }, (_, k) => n + 1n + BigInt(k));
  const onCurve = xs.flatMap((x) => {
    try {
      const y = Fp.sqrt(Fp.add(Fp.add(Fp.mul(Fp.sqr(x), x), Fp.mul(a, x)), b));
      return [Point.fromAffine({ x, y })];
    } catch {
      return [];
    }
  })[0];
  if (onCurve === undefined) throw new Error('no such point');
  const [u1, u2] = [12_345n, 67_890n];
  const key = onCurve.add(multiply(u1).negate()).multiply(Fn.inv(u2));
  const r = onCurve.x - n;
  const s = Fn.mul(r, Fn.inv(u2));
  const bytes = (value: bigint) => Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
  const verify = createEcdsaVerify({ p, n, b, Gx, Gy }, 32, () => bytes(Fn.mul(u1, s)));
  const signature = new Uint8Array([...bytes(r), ...bytes(s)]);
  expect(verify(key.toBytes(false).subarray(1), new Uint8Array(), signature)).toBe(true);
  const other = new Uint8Array([...bytes(r + 1n), ...bytes(s)]);
  expect(verify(key.toBytes(false).subarray(1), new Uint8Array(), other)).toBe(false);
});
