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

test('the least loaded wins', () => {
  expect(choose([worker(0, { running: 3 }), worker(1, { running: 1 }), worker(2, { running: 2 })])).toBe(1);
});

test('among equals the cheaper wins, and chance decides the rest', () => {
  expect(choose([worker(0), worker(1, { coefficient: 900 })])).toBe(1);
  expect(choose([worker(0), worker(1)], 0)).toBe(0);
  expect(choose([worker(0), worker(1)], 0.99)).toBe(1);
});

test('a worker that fails often is avoided', () => {
  expect(choose([worker(0, { success: 0.2, coefficient: 1 }), worker(1)])).toBe(1);
});

test('the preferred candidate is taken while it is free', () => {
  const request = { ...core, prefer: digests[1] };
  expect(choose([worker(0), worker(1, { running: 3 })], 0, request)).toBe(1);
  expect(choose([worker(0), worker(1, { free: false })], 0, request)).toBe(0);
});

test('rejects: nobody free, able or affordable', () => {
  expect(() => choose([])).toThrow(expect.objectContaining({ code: 'RESELECT' }));
  for (const change of [{ free: false }, { model: 'x' }, { suites: [2] }, { maxBodyBytes: 9 }])
    expect(() => choose([worker(0, change)])).toThrow(expect.objectContaining({ code: 'RESELECT' }));
  expect(() => choose([worker(0, { coefficient: 1_001 })])).toThrow(
    expect.objectContaining({ code: 'PRICE_ABOVE_CAP' }),
  );
});
