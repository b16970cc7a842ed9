// Does the request go to the right candidate?
import type { Core } from '@cocoonkit/sdk/protocol';
import { expect, test } from 'vitest';
import { type Candidate, selectWorker } from './select-worker.js';

const digests = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
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
  candidates: digests,
  bodyBytes: 10,
  bodyHash: new Uint8Array(32),
  commitment: new Uint8Array(32),
  cancelHash: new Uint8Array(32),
  resumeHash: new Uint8Array(32),
};
const worker = (index: number, change: Partial<Candidate> = {}): Candidate => ({
  index,
  model: 'm',
  coefficient: 1_000,
  suites: [1],
  maxBodyBytes: 100,
  free: true,
  running: 0,
  slots: 4,
  success: 1,
  firstRecordMs: 100,
  ...change,
});
const choose = (workers: Candidate[], at = 0, request = core): number =>
  selectWorker(request, workers, () => at).index;

/** How often each is chosen, over evenly spread tickets. */
function shares(workers: Candidate[]): number[] {
  const counts = workers.map(() => 0);
  for (let i = 0; i < 1_000; i++) {
    const chosen = choose(workers, i / 1_000);
    counts[chosen] = (counts[chosen] ?? 0) + 1;
  }
  return counts;
}

test('the less loaded gets more', () => {
  const [full = 0, idle = 0, half = 0] = shares([
    worker(0, { running: 3 }),
    worker(1, { running: 0 }),
    worker(2, { running: 2 }),
  ]);
  expect(idle).toBeGreaterThan(half);
  expect(half).toBeGreaterThan(full);
  expect(full).toBeGreaterThan(0);
});

test('equals share the work, and the cheaper gets more of it', () => {
  expect(shares([worker(0), worker(1)])).toEqual([500, 500]);
  const [dear = 0, cheap = 0] = shares([worker(0), worker(1, { coefficient: 800 })]);
  expect(cheap).toBeGreaterThan(2 * dear);
});

test('a worker that fails often is avoided, however cheap', () => {
  const [failing = 0] = shares([worker(0, { success: 0.2, coefficient: 500 }), worker(1)]);
  expect(failing).toBeLessThan(20);
});

test('a stranger is tried, and measuring noise between quick ones decides nothing', () => {
  const [stranger = 0, known = 0] = shares([worker(0, { firstRecordMs: undefined }), worker(1)]);
  expect(stranger).toBe(known);
  expect(shares([worker(0, { firstRecordMs: 0.4 }), worker(1, { firstRecordMs: 4 })])).toEqual([500, 500]);
  expect(choose([worker(0, { firstRecordMs: undefined })])).toBe(0);
});

test('the preferred candidate is taken while it is free', () => {
  const request = { ...core, prefer: digests[1] };
  expect(choose([worker(0), worker(1, { running: 3 })], 0, request)).toBe(1);
  expect(choose([worker(0), worker(1, { free: false })], 0.99, request)).toBe(0);
});

test('rejects: nobody free, able or affordable', () => {
  expect(() => choose([])).toThrow(expect.objectContaining({ code: 'RESELECT' }));
  for (const change of [{ free: false }, { model: 'x' }, { suites: [2] }, { maxBodyBytes: 9 }])
    expect(() => choose([worker(0, change)])).toThrow(expect.objectContaining({ code: 'RESELECT' }));
  expect(() => choose([worker(0, { coefficient: 1_001 })])).toThrow(
    expect.objectContaining({ code: 'PRICE_ABOVE_CAP' }),
  );
});
