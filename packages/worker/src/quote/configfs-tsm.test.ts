// Does the worker hand out kernel quotes with collateral that is read for each?
import { createSimulatedTdx } from '@cocoonkit/sdk/testing';
import type { TsmTree } from '@cocoonkit/sdk/tsm';
import { expect, test } from 'vitest';
import { configfsQuotes } from './configfs-tsm.js';

const DATA = new Uint8Array(64).fill(7);
const QUOTE = createSimulatedTdx({ now: new Date('2026-03-01T12:00:00Z') }).quote({ reportData: DATA });

test('accepts: a quote, and collateral asked anew each time; a failing kernel asks for none', async () => {
  let written = 0;
  const files: Record<string, () => Uint8Array> = {
    provider: () => new TextEncoder().encode('tdx_guest\n'),
    generation: () => new TextEncoder().encode(`${written}\n`),
    outblob: () => QUOTE,
  };
  const tree: TsmTree = {
    make: async () => {},
    read: async (_entry, name) => files[name]?.() ?? new Uint8Array(0),
    write: async () => {
      written++;
    },
    remove: async () => {},
  };
  let asked = 0;
  const collateral = async () => Uint8Array.of(++asked);
  const quotes = configfsQuotes({ tree, collateral });
  expect(await quotes.quote(DATA)).toEqual({ quote: QUOTE, collateral: Uint8Array.of(1) });
  expect(await quotes.quote(DATA)).toEqual({ quote: QUOTE, collateral: Uint8Array.of(2) });
  await expect(quotes.quote(new Uint8Array(64))).rejects.toMatchObject({ code: 'QUOTE_UNAVAILABLE' });
  expect(asked).toBe(2);
});
