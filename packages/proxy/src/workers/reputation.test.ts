// Does work go where it is done well, and does a worker get its good name back?
import type { Core } from '@cocoonkit/sdk/protocol';
import { expect, test } from 'vitest';
import { type Candidate, selectWorker } from '../select-worker.js';
import { Reputation } from './reputation.js';

const SECOND = 1_000;
const core: Core = {
  version: 1,
  suite: 1,
  requestId: new Uint8Array(16),
  operationId: new Uint8Array(16),
  audience: 'a',
  model: 'm',
  maxOutput: 1,
  capTokens: 1n,
  maxCoefficient: 1_000,
  priceDigest: new Uint8Array(32),
  expires: 0,
  maxMs: 1,
  detachMs: 1,
  padding: 'fast',
  candidates: [],
  bodyBytes: 10,
  bodyHash: new Uint8Array(32),
  commitment: new Uint8Array(32),
  cancelHash: new Uint8Array(32),
  resumeHash: new Uint8Array(32),
};

/** mulberry32: the same run every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Worker {
  readonly reputation: Reputation;
  /** Milliseconds to its first record and to its end. */
  service: number;
  truncates: number;
  busyUntil: number[];
}

/** A queue-free network of one proxy: a request every `everyMs`, two slots a worker. Returns each worker's requests. */
function run(workers: Worker[], requests: number, options: { everyMs: number; seed: number; from?: number }) {
  const random = seeded(options.seed);
  const counts = workers.map(() => 0);
  let waitedWhileIdle = 0;
  for (let i = 0; i < requests; i++) {
    const now = (options.from ?? 0) + i * options.everyMs;
    const candidates: Candidate[] = workers.map(({ reputation, busyUntil }, index) => {
      const running = busyUntil.filter((end) => end > now).length;
      return {
        index,
        model: 'm',
        coefficient: 1_000,
        suites: [1],
        maxBodyBytes: 100,
        free: running < 2,
        running,
        slots: 2,
        success: reputation.success(now),
        firstRecordMs: reputation.firstRecordMs(now),
      };
    });
    let index: number;
    try {
      index = selectWorker(core, candidates, random).index;
    } catch {
      if (candidates.some(({ free }) => free)) waitedWhileIdle++;
      continue;
    }
    const worker = workers[index];
    if (worker === undefined) throw new Error('no such worker');
    counts[index] = (counts[index] ?? 0) + 1;
    const took = worker.service * (0.8 + 0.4 * random());
    worker.busyUntil = [...worker.busyUntil.filter((end) => end > now), now + took];
    worker.reputation.recordWait(took / 4, now);
    worker.reputation.record(random() < worker.truncates ? 'failed' : 'good', now);
  }
  return { counts, waitedWhileIdle };
}

const equal = (count: number): Worker[] =>
  Array.from({ length: count }, () => ({
    reputation: new Reputation(),
    service: 200,
    truncates: 0,
    busyUntil: [],
  }));
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

test.each(SEEDS)('three equal workers share 1,000 requests: 25 to 42 % each (seed %i)', (seed) => {
  const { counts } = run(equal(3), 1_000, { everyMs: 150, seed });
  for (const count of counts) expect(count).toBeGreaterThanOrEqual(250);
  for (const count of counts) expect(count).toBeLessThanOrEqual(420);
});

test.each(SEEDS)(
  'one that truncates a fifth of its streams falls below half an even share, and comes back (seed %i)',
  (seed) => {
    const workers = equal(3);
    const [bad] = workers;
    if (bad === undefined) throw new Error('no worker');
    bad.truncates = 0.2;
    run(workers, 300, { everyMs: 150, seed });
    const after = run(workers, 300, { everyMs: 150, seed: seed + 100, from: 60 * SECOND });
    expect(after.counts[0]).toBeLessThan(300 / 3 / 2);
    bad.truncates = 0;
    run(workers, 500, { everyMs: 150, seed: seed + 200, from: 120 * SECOND });
    const healed = run(workers, 3_000, { everyMs: 150, seed: seed + 300, from: 200 * SECOND });
    expect(healed.counts[0]).toBeGreaterThan(1_000 * 0.8);
    expect(healed.counts[0]).toBeLessThan(1_000 * 1.2);
  },
);

test.each(SEEDS)(
  'a worker four times slower gets less, and nobody is turned away while one idles (seed %i)',
  (seed) => {
    const workers = equal(3);
    const [slow] = workers;
    if (slow === undefined) throw new Error('no worker');
    slow.service = 800;
    const { counts, waitedWhileIdle } = run(workers, 1_000, { everyMs: 60, seed });
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[0]).toBeLessThan(Math.min(counts[1] ?? 0, counts[2] ?? 0) / 2);
    expect(waitedWhileIdle).toBe(0);
  },
);

test('a lie weighs like twenty failures, and time alone heals', () => {
  const liar = new Reputation();
  for (let i = 0; i < 50; i++) liar.record('good', 0);
  liar.record('lied', 0);
  expect(liar.success(0)).toBeLessThan(0.75);
  expect(liar.success(3_600 * SECOND)).toBeGreaterThan(0.9);
});

test('new keys inherit the outcomes, not the speed', () => {
  const past = new Reputation();
  past.record('lied', 0);
  past.recordWait(50, 0);
  const next = Reputation.from(past);
  expect(next.success(0)).toBe(past.success(0));
  expect(next.firstRecordMs(0)).toBeUndefined();
});

test('what was measured long ago is forgotten', () => {
  const worker = new Reputation();
  worker.recordWait(900, 0);
  expect(worker.firstRecordMs(0)).toBe(900);
  expect(worker.firstRecordMs(601 * SECOND)).toBeUndefined();
});
