// Do WebCrypto and pure JavaScript agree on P-384, and is a platform without the curve noticed?
import { p384 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nobleP384 } from './noble.js';
import { createP384Verify, p384Verify, p384Works } from './p384.js';

const secret = p384.utils.randomSecretKey(new Uint8Array(72).fill(5));
const publicKey = p384.getPublicKey(secret, false).subarray(1);
const noPureJavaScript = () => Promise.reject(new Error('not asked for'));
const native = createP384Verify(globalThis.crypto.subtle, noPureJavaScript);
const pure = createP384Verify(undefined, async () => nobleP384);

describe('P-384', () => {
  it('accepts and refuses the same in WebCrypto and in pure JavaScript', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(95),
        fc.boolean(),
        async (message, at, broken) => {
          const signature = p384.sign(message, secret, { prehash: true, lowS: false });
          if (broken) signature[at] = (signature[at] ?? 0) ^ 1;
          expect(await native(publicKey, message, signature)).toBe(!broken);
          expect(await pure(publicKey, message, signature)).toBe(!broken);
        },
      ),
      { numRuns: 8, seed: 3 },
    );
  });

  it('rejects: lengths and points that are none', async () => {
    const message = new Uint8Array(3);
    const signature = p384.sign(message, secret, { prehash: true, lowS: false });
    for (const verify of [native, pure, p384Verify]) {
      expect(await verify(publicKey.subarray(1), message, signature)).toBe(false);
      expect(await verify(publicKey, message, signature.subarray(1))).toBe(false);
      expect(await verify(new Uint8Array(96).fill(1), message, signature)).toBe(false);
    }
  });

  it('falls back where WebCrypto answers wrongly', async () => {
    const message = new Uint8Array(3);
    const signature = p384.sign(message, secret, { prehash: true, lowS: false });
    expect(await p384Works({ p384Verify: () => true })).toBe(false);
    const subtle: SubtleCrypto = Object.create(globalThis.crypto.subtle, {
      importKey: { value: () => Promise.reject(new DOMException('no curve', 'NotSupportedError')) },
    });
    const verify = createP384Verify(subtle, async () => nobleP384);
    expect(await verify(publicKey, message, signature)).toBe(true);
  });
});
