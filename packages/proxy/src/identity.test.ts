// Are the next keys there before the old ones end, by the clock, and the old ones until their end and not longer?
import { randomBytes } from 'node:crypto';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createIdentity, type Identity } from './identity.js';
import { createSimulatedQuotes } from './quote/simulated.js';

const EPOCH_SECONDS = 3_600;
const OVERLAP_SECONDS = 600;
const NEXT_MS = (EPOCH_SECONDS - OVERLAP_SECONDS) * 1000;

let identity: Identity;
let failing = false;

beforeEach(async () => {
  failing = false;
  // The clock and the timers move by hand; everything else runs as it is.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: new Date('2026-06-01T00:00:00Z') });
  const quotes = await createSimulatedQuotes();
  identity = await createIdentity({
    network: 'local:test',
    audience: `local:${'01'.repeat(16)}`,
    suites: [1],
    epochSeconds: EPOCH_SECONDS,
    overlapSeconds: OVERLAP_SECONDS,
    beacons: {
      kind: 'local',
      has: async () => true,
      latest: async () => ({
        kind: 'local',
        chain: 'test',
        seqno: 1n,
        rootHash: new Uint8Array(32),
        utime: Math.floor(Date.now() / 1000),
      }),
    },
    quotes: {
      ...quotes,
      async quote(data, now) {
        if (failing)
          throw new CocoonError({ kind: 'config', code: 'QUOTE_UNAVAILABLE', message: '-', remedy: '-' });
        return quotes.quote(data, now);
      },
    },
    now: () => new Date(),
    random: (length) => new Uint8Array(randomBytes(length)),
    log: () => undefined,
  });
});

afterEach(() => {
  identity.stop();
  vi.useRealTimers();
});

/** The keys after so much time in which nothing may change. */
async function unchangedAfter(ms: number): Promise<string> {
  await vi.advanceTimersByTimeAsync(ms);
  for (let turn = 0; turn < 50; turn++) await nextTurn();
  return identity.current().replica;
}

/** The next keys, which are due then; making them takes as many turns of the event loop as it takes. */
async function changedAfter(ms: number): Promise<string> {
  const before = identity.current().replica;
  await vi.advanceTimersByTimeAsync(ms);
  while (identity.current().replica === before) await nextTurn();
  return identity.current().replica;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('accepts: new keys when the overlap begins, again and again; each set until its end', async () => {
  const first = identity.current().replica;
  expect(await unchangedAfter(NEXT_MS - 1)).toBe(first);
  const second = await changedAfter(1);
  expect(identity.find(first)).toBeDefined();
  await unchangedAfter(OVERLAP_SECONDS * 1000 - 1);
  expect(identity.find(first)).toBeDefined();
  await unchangedAfter(1);
  expect(identity.find(first)).toBeUndefined();
  expect(identity.current().replica).toBe(second);
  const third = await changedAfter(NEXT_MS - OVERLAP_SECONDS * 1000);
  expect(new Set([first, second, third]).size).toBe(3);
  expect(identity.find(second)).toBeDefined();
});

test('a quote that cannot be had is asked for again, long before the keys end', async () => {
  const first = identity.current().replica;
  failing = true;
  expect(await unchangedAfter(NEXT_MS)).toBe(first);
  failing = false;
  expect(await changedAfter(15_000)).not.toBe(first);
});

test('keys made early move the clock, and a stopped identity makes no more', async () => {
  await unchangedAfter(NEXT_MS / 2);
  await identity.renew();
  const early = identity.current().replica;
  expect(await unchangedAfter(NEXT_MS - 1)).toBe(early);
  const next = await changedAfter(1);
  identity.stop();
  expect(await unchangedAfter(10 * NEXT_MS)).toBe(next);
});
