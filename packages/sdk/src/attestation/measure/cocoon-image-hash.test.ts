// Is the image hash the one the Cocoon network lists?
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMeasurements } from '../claims.js';
import { parseQuote } from '../index.js';
import { cocoonImageHash } from './cocoon-image-hash.js';

const quote = new Uint8Array(
  readFileSync(new URL('../../../spec/vectors/quotes/quotes/cocoon-v4.dat', import.meta.url)),
);
const registers = readMeasurements(parseQuote(quote).report);
const ZERO = '00'.repeat(48);

describe('cocoonImageHash', () => {
  it('accepts: the network’s own sample quote, hashed here straight from its bytes', () => {
    // MRTD to RTMR3 lie together at offsets 136 to 520 of the body.
    const body = quote.subarray(48);
    const expected = createHash('sha256')
      .update(body.subarray(136, 520))
      .update(new Uint8Array(64))
      .digest('hex');
    expect(cocoonImageHash(registers)).toBe(expected);
    expect(expected).toBe('04b3afd931d28680af91a15b09d672c40ad6b141f7f9089a8d67d595220f7436');
  });

  it('accepts: registers of all zero, the network’s mark of a fake machine', () => {
    const none = {
      mrtd: ZERO,
      mrConfigId: ZERO,
      mrOwner: ZERO,
      mrOwnerConfig: ZERO,
      rtmr0: ZERO,
      rtmr1: ZERO,
      rtmr2: ZERO,
      rtmr3: ZERO,
    };
    expect(cocoonImageHash(none)).toBe('5c55c8f4db4010ba9203d83536d0609856af8c847ac039e37e7dde8fbd574b61');
  });

  it('accepts: the network’s test vector, one byte value per register', () => {
    const filled = (byte: string): string => byte.repeat(48);
    expect(
      cocoonImageHash({
        mrtd: filled('12'),
        mrConfigId: filled('34'),
        mrOwner: filled('aa'),
        mrOwnerConfig: filled('bb'),
        rtmr0: filled('61'),
        rtmr1: filled('62'),
        rtmr2: filled('63'),
        rtmr3: filled('64'),
      }),
    ).toBe('36caf4e8958afa865b8ccc68f1c6f40bc7bddb11150bf437f6fed58b1ca26000');
  });

  it('depends on every register it names, and on no other', () => {
    const covered = [
      'mrtd',
      'mrConfigId',
      'mrOwner',
      'mrOwnerConfig',
      'rtmr0',
      'rtmr1',
      'rtmr2',
      'rtmr3',
    ] as const;
    const changed = covered.map((name) => cocoonImageHash({ ...registers, [name]: 'ab'.repeat(48) }));
    expect(new Set([...changed, cocoonImageHash(registers)]).size).toBe(covered.length + 1);
    expect(cocoonImageHash({ ...registers, ...{ mrSeam: ZERO } })).toBe(cocoonImageHash(registers));
  });

  it('rejects: registers of another length', () => {
    expect(() => cocoonImageHash({ ...registers, rtmr3: '' })).toThrowError(
      expect.objectContaining({ code: 'ATTESTATION_OPTIONS' }),
    );
  });
});
