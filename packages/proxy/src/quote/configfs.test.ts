// Does the proxy take kernel quotes, each from an entry of its own and with its own collateral?
import { randomBytes } from 'node:crypto';
import { createSimulatedTdx } from '@cocoonkit/sdk/testing';
import type { TsmTree } from '@cocoonkit/sdk/tsm';
import { expect, test } from 'vitest';
import { createConfigfsQuotes } from './configfs.js';

const DATA = new Uint8Array(64).fill(7);
const NOW = new Date('2026-03-01T12:00:00Z');
const QUOTE = createSimulatedTdx({ now: NOW }).quote({ reportData: DATA });
const random = (length: number) => new Uint8Array(randomBytes(length));

function tree(names: string[]): TsmTree {
  let written = 0;
  const files: Record<string, () => Uint8Array> = {
    provider: () => new TextEncoder().encode('tdx_guest\n'),
    generation: () => new TextEncoder().encode(`${written}\n`),
    outblob: () => QUOTE,
  };
  return {
    make: async (entry) => void names.push(entry),
    read: async (_entry, name) => files[name]?.() ?? new Uint8Array(0),
    write: async () => {
      written++;
    },
    remove: async () => {},
  };
}

test('accepts: quotes with collateral asked for each', async () => {
  const names: string[] = [];
  const asked: Uint8Array[] = [];
  const collateral = async (quote: Uint8Array) => Uint8Array.of(asked.push(quote));
  const quotes = createConfigfsQuotes({ collateral, random, tree: tree(names) });
  expect(await quotes.quote(DATA, NOW)).toEqual({ quote: QUOTE, collateral: Uint8Array.of(1) });
  expect(await quotes.quote(DATA, NOW)).toEqual({ quote: QUOTE, collateral: Uint8Array.of(2) });
  expect(asked).toEqual([QUOTE, QUOTE]);
  expect(new Set(names).size).toBe(2);
});

test('rejects: a machine without the guest driver, before collateral is asked for', async () => {
  let asked = 0;
  const collateral = async () => Uint8Array.of(++asked);
  const make = () => Promise.reject(Object.assign(new Error('no device'), { code: 'ENXIO' }));
  const quotes = createConfigfsQuotes({ collateral, random, tree: { ...tree([]), make } });
  await expect(quotes.quote(DATA, NOW)).rejects.toMatchObject({
    code: 'QUOTE_UNAVAILABLE',
    remedy: expect.stringContaining('modprobe tdx_guest'),
  });
  expect(asked).toBe(0);
});
