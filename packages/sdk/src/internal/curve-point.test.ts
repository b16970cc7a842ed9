// Do our points behave as those of an independent library, the exceptional sums above all?
import { p256, p384 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CurvePoint, createPoints } from './curve-point.js';
import { jointMultiply, oddMultiples } from './joint-multiply.js';

describe.each([
  ['P-256', p256.Point],
  ['P-384', p384.Point],
] as const)('%s', (_name, Reference) => {
  const { p, n, b, Gx, Gy } = Reference.CURVE();
  const { Fp } = Reference;
  const { zero, at } = createPoints({ p, n, b, Gx, Gy });
  const multiple = (k: bigint) => (k % n === 0n ? Reference.ZERO : Reference.BASE.multiply(k % n));
  const point = (x: bigint, y: bigint): CurvePoint => {
    const found = at(x, y);
    if (found === undefined) throw new Error('not on the curve');
    return found;
  };
  /** k·G with Z = 1. */
  const flat = (k: bigint): CurvePoint => {
    if (k % n === 0n) return zero;
    const { x, y } = multiple(k).toAffine();
    return point(x, y);
  };
  /** The same point with another Z: as a difference of two others. */
  const scaled = (k: bigint, detour: bigint): CurvePoint =>
    flat(k + detour)
      .double()
      .add(flat(k + 2n * detour).negate());
  /** Affine, or undefined at infinity. */
  const plain = ({ X, Y, Z }: CurvePoint) => {
    if (Z === 0n) return undefined;
    const inverse = Fp.inv(Fp.create(Z));
    const square = Fp.sqr(inverse);
    return { x: Fp.mul(Fp.create(X), square), y: Fp.mul(Fp.create(Y), Fp.mul(square, inverse)) };
  };
  const expected = (k: bigint) => (k % n === 0n ? undefined : multiple(k).toAffine());
  const small = fc.bigInt({ min: 1n, max: 40n });
  const scalar = fc.oneof(
    fc.constantFrom(0n, 1n, 2n, n - 1n, n - 2n, (n + 1n) / 2n),
    small,
    fc.bigInt({ min: 1n, max: n - 1n }),
  );

  it('adds and doubles any two multiples, in whichever coordinates they come', () => {
    fc.assert(
      fc.property(scalar, scalar, small, small, (j, k, d, e) => {
        for (const first of [flat(j), scaled(j, d)]) {
          expect(plain(first)).toEqual(expected(j));
          expect(plain(first.double())).toEqual(expected(2n * j));
          expect(plain(first.negate())).toEqual(expected(n - (j % n)));
          for (const second of [flat(k), scaled(k, e)])
            expect(plain(first.add(second))).toEqual(expected(j + k));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('tells equal, opposite and infinite points from all others, whatever their Z', () => {
    fc.assert(
      fc.property(scalar, small, small, (k, d, e) => {
        const [first, second] = [scaled(k, d), scaled(k, e)];
        expect(plain(first.add(second))).toEqual(expected(2n * k));
        expect(plain(first.add(second.negate()))).toBeUndefined();
        expect(plain(first.add(first.negate()).add(second))).toEqual(expected(k));
        expect(plain(second.add(zero))).toEqual(expected(k));
        expect(plain(zero.add(second))).toEqual(expected(k));
      }),
      { numRuns: 40 },
    );
    for (const nothing of [zero, zero.double(), zero.add(zero), zero.negate()])
      expect(plain(nothing)).toBeUndefined();
  });

  it('gives a·G + b·Q', () => {
    const base = oddMultiples(point(Gx, Gy), 8);
    fc.assert(
      fc.property(scalar, scalar, scalar, (i, j, k) => {
        const sum = jointMultiply(zero, [i, base], [j, oddMultiples(flat(k), 5)]);
        expect(plain(sum)).toEqual(expected(i + j * k));
      }),
      { numRuns: 60 },
    );
  });

  it('rejects: points off the curve, coordinates that are not reduced', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: n - 1n }), fc.bigInt({ min: 1n, max: p - 1n }), (k, shift) => {
        const { x, y } = multiple(k).toAffine();
        expect(at(x, y)).toBeDefined();
        expect(at(x, p - y)).toBeDefined();
        const moved = (y + shift) % p;
        expect(at(x, moved) !== undefined).toBe(moved === y || moved === p - y);
        expect(at(x + p, y)).toBeUndefined();
        expect(at(x, y + p)).toBeUndefined();
      }),
      { numRuns: 40 },
    );
    expect(at(0n, 0n)).toBeUndefined();
  });
});
