// What is a·P + b·Q, for public numbers? Both products in one pass (Straus), digits in non-adjacent form: half the work of two products.

interface GroupElement<T> {
  add(other: T): T;
  double(): T;
  negate(): T;
}

/** P, 3P, 5P …, below 2^(width - 1): to be made once for a point that is used again. */
export interface OddMultiples<T> {
  readonly points: readonly T[];
  readonly width: number;
}

export function oddMultiples<T extends GroupElement<T>>(point: T, width: number): OddMultiples<T> {
  const twice = point.double();
  const points = [point];
  const count = 1 << (width - 2);
  for (let last = point.add(twice); points.length < count; last = last.add(twice)) points.push(last);
  return { points, width };
}

/** The sum of scalar · point, from the points' odd multiples; scalars >= 0. Time depends on the numbers: no place for secrets. */
export function jointMultiply<T extends GroupElement<T>>(
  zero: T,
  ...products: readonly (readonly [scalar: bigint, multiples: OddMultiples<T>])[]
): T {
  const terms = products.map(([scalar, { points, width }]) => ({
    digits: signedDigits(scalar, width),
    points,
  }));
  let sum = zero;
  for (let at = Math.max(...terms.map(({ digits }) => digits.length)) - 1; at >= 0; at--) {
    sum = sum.double();
    for (const { digits, points } of terms) {
      const digit = digits[at] ?? 0;
      const point = points[Math.abs(digit) >> 1];
      if (digit !== 0 && point !== undefined) sum = sum.add(digit < 0 ? point.negate() : point);
    }
  }
  return sum;
}

/** Lowest first: zero or odd, smaller than 2^(width - 1); of `width` digits in a row at most one is not zero. */
function signedDigits(scalar: bigint, width: number): number[] {
  // Small numbers from here on: shifting the big one would cost more than the points.
  const bits = [...scalar.toString(2)].reverse().map(Number);
  const digits: number[] = [];
  let carry = 0;
  for (let at = 0; at < bits.length || carry > 0; at = digits.length) {
    const low = (bits[at] ?? 0) + carry;
    if (low !== 1) {
      digits.push(0);
      carry = low >> 1;
      continue;
    }
    let digit = carry;
    for (let bit = 0; bit < width; bit++) digit += (bits[at + bit] ?? 0) << bit;
    carry = digit >> (width - 1);
    digits.push(digit - (carry << width), ...new Array<number>(width - 1).fill(0));
  }
  return digits;
}
