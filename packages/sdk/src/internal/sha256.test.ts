// Do the hashes that browsers compute equal those of node:crypto, whatever the length?
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from './bytes.js';
import { hmacSha256, sha256 } from './sha256.js';

describe('SHA-256 in JavaScript', () => {
  it('accepts: every length around the block boundaries', () => {
    const data = Uint8Array.from({ length: 300 }, (_, i) => i * 7);
    for (let length = 0; length <= data.length; length++) {
      const part = data.subarray(0, length);
      expect(toHex(sha256(part))).toBe(createHash('sha256').update(part).digest('hex'));
    }
  });

  it('accepts: any bytes, at any offset of their buffer', () => {
    const anything = fc.uint8Array({ maxLength: 5000 });
    fc.assert(
      fc.property(anything, fc.nat(70), (data, offset) => {
        const part = data.subarray(offset);
        expect(toHex(sha256(part))).toBe(createHash('sha256').update(part).digest('hex'));
      }),
    );
  });

  it('accepts: HMAC with any key', () => {
    const anything = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(anything, anything, (key, data) => {
        expect(toHex(hmacSha256(key, data))).toBe(createHmac('sha256', key).update(data).digest('hex'));
      }),
    );
  });

  it('accepts: a million letters a (FIPS 180-4 example)', () => {
    expect(toHex(sha256(new Uint8Array(1_000_000).fill(97)))).toBe(
      'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
    );
  });
});
