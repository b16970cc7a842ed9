// Whose collateral does a quote ask for, and what if its certificates do not say?
import { describe, expect, it } from 'vitest';
import { createSimulatedTdx, SCENARIO_NOW } from '../../testing/tdx/index.js';
import { quotePlatform } from '../index.js';

const END = /(?<=-----END CERTIFICATE-----\n)/;
const edited = (pem: (blocks: readonly string[]) => readonly string[]): Uint8Array =>
  createSimulatedTdx({ now: SCENARIO_NOW }).quote({
    faults: { pem: (text) => pem(text.split(END)).join('') },
  });

describe('quotePlatform', () => {
  it('accepts: leaf and CA, whatever follows', () => {
    const platform = { fmspc: '5a5a5a000000', ca: 'platform' };
    expect(quotePlatform(edited((blocks) => blocks))).toEqual(platform);
    expect(quotePlatform(edited(([leaf = '', ca = '']) => [leaf, ca]))).toEqual(platform);
  });

  const REJECTED: readonly [
    name: string,
    blocks: (blocks: readonly string[]) => readonly string[],
    detail: string,
  ][] = [
    ['no certificate', () => [], 'no leaf and CA'],
    ['a leaf alone', ([leaf = '']) => [leaf], 'no leaf and CA'],
    ['the root above the leaf', ([leaf = '', ca = '', root = '']) => [leaf, root, ca], 'neither Platform'],
  ];
  it.each(REJECTED)('rejects: %s', (_name, blocks, detail) => {
    expect(() => quotePlatform(edited(blocks))).toThrow(
      expect.objectContaining({
        code: 'ATTESTATION_PCK_CHAIN',
        message: expect.stringContaining(detail),
      }),
    );
  });
});
