// Do clock, slots, replay cache and windows keep their promises?
import type { Beacon } from '@cocoonkit/sdk/protocol';
import { expect, test } from 'vitest';
import { createByteWindow } from './byte-window.js';
import { createClock } from './clock.js';
import { createReplayCache } from './replay-cache.js';
import { createSlots } from './slots.js';

const never = new AbortController().signal;
const beacon = (seqno: number, utime: number): Beacon => ({
  kind: 'local',
  chain: 'local:x',
  seqno: BigInt(seqno),
  rootHash: new Uint8Array(32),
  utime,
});

test('the clock is the newest block’s time plus what has passed, whatever the host says', () => {
  let passed = 0;
  const clock = createClock({ monotonicMs: () => passed, hostTime: new Date(5_000) });
  passed = 100;
  expect(clock.now()).toEqual(new Date(5_100));
  clock.observe(beacon(7, 1_000));
  passed = 350;
  expect(clock.now()).toEqual(new Date(1_000_250));
  // An older block sets nothing back.
  clock.observe(beacon(6, 2_000));
  clock.observe(beacon(7, 3_000));
  expect(clock.now()).toEqual(new Date(1_000_250));
  clock.observe(beacon(8, 1_001));
  expect(clock.now()).toEqual(new Date(1_001_000));
  expect(clock.newestBeacon().seqno).toBe(8n);
});

test('rejects: asking for the time before any block, without a host clock to believe', () => {
  const clock = createClock({ monotonicMs: () => 0 });
  expect(() => clock.now()).toThrow(expect.objectContaining({ code: 'CLOCK_NOT_SET' }));
  expect(() => clock.newestBeacon()).toThrow(expect.objectContaining({ code: 'CLOCK_NOT_SET' }));
});

test('slots are given out once and come back once', () => {
  const slots = createSlots(2);
  const first = slots.take();
  const second = slots.take();
  expect(slots.take()).toBeUndefined();
  first?.();
  first?.();
  expect(slots.running).toBe(1);
  slots.close();
  second?.();
  expect(slots.take()).toBeUndefined();
});

test('a request id is remembered until its request has expired, tolerance included', () => {
  const cache = createReplayCache(2);
  const id = (fill: number): Uint8Array => new Uint8Array(16).fill(fill);
  expect(cache.remember(id(1), { expires: 100, now: new Date(0) })).toBe(true);
  expect(cache.has(id(1))).toBe(true);
  expect(cache.has(id(2))).toBe(false);
  expect(cache.remember(id(2), { expires: 300, now: new Date(160_000) })).toBe(true);
  expect(cache.has(id(1))).toBe(true);
  // Full of ids that still matter: nothing more may be accepted.
  expect(cache.remember(id(3), { expires: 300, now: new Date(160_000) })).toBe(false);
  expect(cache.remember(id(3), { expires: 300, now: new Date(161_000) })).toBe(true);
  expect(cache.has(id(1))).toBe(false);
});

test('a window waits for credit, and gives up when told or when time is over', async () => {
  const window = createByteWindow(10);
  window.take(8);
  expect(await window.waitFor(2, { signal: never })).toBe(true);
  expect(await window.waitFor(3, { signal: never, timeoutMs: 1 })).toBe(false);
  const waiting = window.waitFor(5, { signal: never });
  window.add(2);
  window.add(1);
  expect(await waiting).toBe(true);
  const stop = new AbortController();
  const stopped = window.waitFor(500, { signal: stop.signal });
  stop.abort();
  expect(await stopped).toBe(false);
  window.add(2 ** 32 - 1);
  expect(window.available).toBe(1024 * 1024 * 1024);
});
