// Does P-256 verification in JavaScript agree with OpenSSL on valid, broken and degenerate signatures?
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toBase64Url, toHex, utf8 } from './bytes.js';
import { nobleP384 } from './noble.js';
import { p256Verify } from './p256-verify.js';
import { sha256 } from './sha256.js';

const ORDER = p256.Point.Fn.ORDER;
const bytes = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'));
const number = (value: Uint8Array): bigint => BigInt(`0x${toHex(value)}`);

function openssl(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const [x, y] = [toBase64Url(key.subarray(0, 32)), toBase64Url(key.subarray(32))];
  const imported = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  return verify('sha256', message, { key: imported, dsaEncoding: 'ieee-p1363' }, signature);
}

function fresh(message: Uint8Array): { key: Uint8Array; signature: Uint8Array } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' })).slice(-64);
  const options = { key: pair.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return { key, signature: new Uint8Array(sign('sha256', message, options)) };
}

describe('P-256 in JavaScript', () => {
  it('agrees with OpenSSL on signatures, flipped bits and the other s', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(511), (message, bit) => {
      const { key, signature } = fresh(message);
      expect(p256Verify(key, message, signature)).toBe(true);
      const otherS = concat(signature.subarray(0, 32), bytes(ORDER - number(signature.subarray(32))));
      expect(p256Verify(key, message, otherS)).toBe(true);
      const flipped = signature.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(p256Verify(key, message, flipped)).toBe(openssl(key, message, flipped));
      expect(p256Verify(key, concat(message, Uint8Array.of(0)), signature)).toBe(false);
    });
    fc.assert(property, { numRuns: 40 });
  });

  it('rejects: r and s out of range, and the infinite sum', () => {
    const message = utf8('message');
    const { key, signature } = fresh(message);
    const r = number(signature.subarray(0, 32));
    const s = number(signature.subarray(32));
    // With Q = G·(−e/r) the sum u1·G + u2·Q is infinite for every s.
    const e = number(sha256(message)) % ORDER;
    const degenerate = p256.Point.BASE.multiply(p256.Point.Fn.mul(ORDER - e, p256.Point.Fn.inv(7n)));
    expect(p256Verify(degenerate.toBytes(false).subarray(1), message, concat(bytes(7n), bytes(9n)))).toBe(
      false,
    );
    for (const [a, b] of [
      [0n, s],
      [r, 0n],
      [0n, 0n],
      [ORDER, s],
      [r, ORDER],
      [r + ORDER < 1n << 256n ? r + ORDER : ORDER + 1n, s],
      [r, 2n ** 256n - 1n],
    ] as const) {
      expect(p256Verify(key, message, concat(bytes(a), bytes(b)))).toBe(false);
    }
  });

  it('rejects: a key off the curve, the zero point, coordinates out of the field, other lengths', () => {
    const message = utf8('message');
    const { key, signature } = fresh(message);
    const off = key.slice();
    off[63] = (off[63] ?? 0) ^ 1;
    const field = p256.Point.Fp.ORDER;
    for (const bad of [off, new Uint8Array(64), concat(bytes(field), key.subarray(32)), key.subarray(1)]) {
      expect(p256Verify(bad, message, signature)).toBe(false);
    }
    expect(p256Verify(key, message, signature.subarray(1))).toBe(false);
    expect(p256Verify(key, message, concat(signature, Uint8Array.of(0)))).toBe(false);
  });

  it('agrees with noble on P-384', async () => {
    const { secretKey } = p384.keygen();
    const key = p384.getPublicKey(secretKey, false).subarray(1);
    const signature = p384.sign(utf8('message'), secretKey, { lowS: false });
    expect(await nobleP384.p384Verify(key, utf8('message'), signature)).toBe(true);
    expect(await nobleP384.p384Verify(key, utf8('massage'), signature)).toBe(false);
    expect(await nobleP384.p384Verify(key, utf8('message'), signature.subarray(0, 64))).toBe(false);
    expect(await nobleP384.p384Verify(key.subarray(0, 64), utf8('message'), signature)).toBe(false);
  });
});
