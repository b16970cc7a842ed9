// How are points of a NIST curve added and doubled? y² = x³ − 3x + b over a prime field, in Jacobian coordinates, for public points only.

/** A curve of prime order with a = −3 (SEC 2, 2.4.2 and 2.5.1). */
export interface PrimeCurve {
  readonly p: bigint;
  readonly n: bigint;
  readonly b: bigint;
  readonly Gx: bigint;
  readonly Gy: bigint;
}

/** A point: x = X/Z², y = Y/Z³; Z = 0 is the point at infinity. The numbers lie between −p and p. */
export interface CurvePoint {
  add(other: CurvePoint): CurvePoint;
  double(): CurvePoint;
  negate(): CurvePoint;
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
}

/** Points of one curve. Time depends on the points: no place for secrets. */
export function createPoints({ p, b }: PrimeCurve): {
  readonly zero: CurvePoint;
  /** The point with these coordinates, if they are reduced and on the curve. */
  readonly at: (x: bigint, y: bigint) => CurvePoint | undefined;
} {
  class Point implements CurvePoint {
    readonly X: bigint;
    readonly Y: bigint;
    readonly Z: bigint;

    constructor(X: bigint, Y: bigint, Z: bigint) {
      this.X = X;
      this.Y = Y;
      this.Z = Z;
    }

    // Bernstein and Lange, Explicit-Formulas Database, "dbl-2001-b": 3 multiplications and 5 squarings; infinity stays infinity.
    double(): Point {
      const { X, Y, Z } = this;
      const delta = (Z * Z) % p;
      const gamma = (Y * Y) % p;
      const beta = (X * gamma) % p;
      const alpha = (3n * (X - delta) * (X + delta)) % p;
      const x = (alpha * alpha - 8n * beta) % p;
      return new Point(x, (alpha * (4n * beta - x) - 8n * gamma * gamma) % p, (2n * Y * Z) % p);
    }

    // The same, "add-1998-cmo-2". It does not hold for infinity nor for equal points, which are told apart first.
    add(other: Point): Point {
      if (this.Z === 0n) return other;
      if (other.Z === 0n) return this;
      const zz = (this.Z * this.Z) % p;
      const otherZz = (other.Z * other.Z) % p;
      const x = (this.X * otherZz) % p;
      const y = (this.Y * ((other.Z * otherZz) % p)) % p;
      const run = (other.X * zz - x) % p;
      const rise = (other.Y * ((this.Z * zz) % p) - y) % p;
      if (run === 0n) return rise === 0n ? this.double() : zero;
      const square = (run * run) % p;
      const cube = (run * square) % p;
      const middle = (x * square) % p;
      const sum = (rise * rise - cube - 2n * middle) % p;
      return new Point(sum, (rise * (middle - sum) - y * cube) % p, (((this.Z * other.Z) % p) * run) % p);
    }

    negate(): Point {
      return new Point(this.X, -this.Y, this.Z);
    }
  }
  const zero = new Point(1n, 1n, 0n);
  return {
    zero,
    at: (x, y) =>
      x < p && y < p && (x * (x * x - 3n) + b - y * y) % p === 0n ? new Point(x, y, 1n) : undefined,
  };
}
