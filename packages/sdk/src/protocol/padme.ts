// To which length is a message padded? Padmé buckets: at most 12 % longer, leaks O(log log n) bits (PROTOCOL.md §2.4).

/** The smallest bucket not below `length` (bytes), at least `minimum`. */
export function padme(length: number, minimum = 256): number {
  if (length <= minimum) return minimum;
  const exponent = Math.floor(Math.log2(length));
  const bits = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** Math.max(0, exponent - bits);
  return Math.ceil(length / step) * step;
}
