// Do the doors before the opening hold: buckets, queue, tickets, replays?
import { expect, test } from 'vitest';
import { AddressBuckets } from './address-buckets.js';
import { OpeningQueue } from './opening-queue.js';
import { ReplayGuard } from './replay-guard.js';
import { Tickets } from './tickets.js';

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

test('an address gets its burst, then its rate; a /64 counts as one address', () => {
  let ms = 0;
  const buckets = new AddressBuckets({ perSecond: 2, burst: 3, now: () => new Date(ms) });
  expect([1, 2, 3, 4].map(() => buckets.take('10.0.0.1'))).toEqual([true, true, true, false]);
  expect(buckets.take('::ffff:10.0.0.1')).toBe(false);
  expect(buckets.take('10.0.0.2')).toBe(true);
  ms = 500;
  expect([1, 2].map(() => buckets.take('10.0.0.1'))).toEqual([true, false]);
  expect([1, 2, 3].map((host) => buckets.take(`2001:db8::${host}`))).toEqual([true, true, true]);
  expect(buckets.take('2001:db8:0:0:1:2:3:4')).toBe(false);
  expect(buckets.take('2001:db8:0:1::1')).toBe(true);
});

test('rejects: more waiting than the queue holds; slots are given back after failures', async () => {
  const queue = new OpeningQueue({ atOnce: 1, maxWaiting: 1, now: () => new Date(0) });
  let go: () => void = () => {};
  const first = queue.run(() => new Promise<void>((resolve) => (go = resolve)));
  const second = queue.run(async () => Promise.reject(new TypeError('bad')));
  await expect(queue.run(async () => 1)).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  go();
  await first;
  await expect(second).rejects.toThrow('bad');
  expect(await queue.run(async () => 2)).toBe(2);
});

test('what fails to open counts for one to two seconds', async () => {
  let ms = 5_000;
  const queue = new OpeningQueue({ atOnce: 1, maxWaiting: 1, now: () => new Date(ms) });
  const fail = () => queue.run(async () => Promise.reject(new TypeError('junk'))).catch(() => {});
  await fail();
  await fail();
  await queue.run(async () => 1);
  expect(queue.failedLately).toBe(2);
  ms = 6_900;
  await fail();
  expect(queue.failedLately).toBe(3);
  ms = 7_000;
  expect(queue.failedLately).toBe(1);
  ms = 9_000;
  expect(queue.failedLately).toBe(0);
});

test('a ticket is good for ten minutes, for a number of uses, at its own proxy, unaltered', () => {
  let ms = 1_000_000;
  const now = (): Date => new Date(ms);
  const tickets = new Tickets({ random, now });
  const ticket = tickets.issue();
  expect(ticket.length).toBeLessThanOrEqual(64);
  expect(tickets.admit(ticket)).toBe(true);
  for (let at = 0; at < ticket.length; at++) {
    const flipped = ticket.slice();
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    expect(tickets.admit(flipped)).toBe(false);
  }
  expect(tickets.admit(new Uint8Array(0))).toBe(false);
  expect(new Tickets({ random, now }).admit(ticket)).toBe(false);
  for (let i = 1; i < 32; i++) expect(tickets.admit(ticket)).toBe(true);
  expect(tickets.admit(ticket)).toBe(false);
  const other = tickets.issue();
  ms += 600_000;
  expect(tickets.admit(other)).toBe(false);
});

test('rejects: the same request twice, until it could no longer be valid', () => {
  const replays = new ReplayGuard();
  replays.accept('aa', 100, 50);
  expect(() => replays.accept('aa', 100, 60)).toThrow(expect.objectContaining({ code: 'REQUEST_REPLAYED' }));
  for (let i = 0; i < 2_000; i++) replays.accept(String(i), 300, 200);
  expect(replays.size).toBe(2_000);
});
