// Are the records of an answer kept, delivered once to each reader, and bounded?
import { encodeRecord } from '@cocoonkit/sdk/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Answer } from './answer.js';
import { createAnswerStore } from './answer-store.js';

const never = new AbortController().signal;
const record = (size: number, fill = 0): Uint8Array => encodeRecord('frame', new Uint8Array(size).fill(fill));
const create = (limitBytes: number): Answer =>
  new Answer({ coreHash: new Uint8Array(32), resumeHash: new Uint8Array(32), limitBytes });

test('a reader gets every record once, in order, in pieces of whole records', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 1_000 }),
      (sizes, piece) => {
        const answer = create(1_000_000);
        const records = sizes.map((size, i) => record(size, i));
        for (const one of records) answer.append(one);
        answer.finish();
        const reader = answer.read(0);
        const taken: Uint8Array[] = [];
        for (let next = reader?.take(piece); next !== undefined; next = reader?.take(piece)) taken.push(next);
        expect(Buffer.concat(taken)).toEqual(Buffer.concat(records));
        expect(reader?.state).toBe('ended');
        for (const joined of taken) if (joined.length > piece) expect(records).toContainEqual(joined);
      },
    ),
  );
});

test('delivered records go first when memory is short; undelivered ones hold the writer back', async () => {
  const answer = create(250);
  const reader = answer.read(0);
  for (let i = 0; i < 3; i++) answer.append(record(95, i));
  expect(answer.bytes).toBe(300);
  const stop = new AbortController();
  let free = false;
  const room = answer.room(stop.signal).then((there) => {
    free = there;
  });
  await Promise.resolve();
  expect(free).toBe(false);
  expect(reader?.take(100)).toEqual(record(95, 0));
  await room;
  expect(free).toBe(true);
  expect(answer.bytes).toBe(200);
  expect(answer.whole).toBe(false);
  // The first record is gone, so nobody can begin there again.
  expect(answer.read(0)).toBeUndefined();
  expect(answer.read(1)?.take(100)).toEqual(record(95, 1));
});

test('waiting for room ends when the request is stopped', async () => {
  const answer = create(10);
  answer.append(record(95));
  const stop = new AbortController();
  const room = answer.room(stop.signal);
  stop.abort();
  expect(await room).toBe(false);
});

test('a later reader takes over; the earlier one is told', async () => {
  const answer = create(1_000);
  const first = answer.read(0);
  const told = first?.changed(never);
  answer.append(record(1));
  await told;
  answer.read(0);
  expect(first?.state).toBe('replaced');
});

test('rejects: a reader from a record that does not exist', () => {
  const answer = create(1_000);
  answer.append(record(1));
  expect(answer.read(2)).toBeUndefined();
  expect(answer.read(1)).toBeDefined();
});

function storeAt(options: { totalBytes: number; keepMs?: number }) {
  let now = 0;
  const store = createAnswerStore({ monotonicMs: () => now, slots: 4, keepMs: 1_000, ...options });
  return { store, pass: (ms: number) => (now += ms) };
}
const hash = (fill: number): { coreHash: Uint8Array; resumeHash: Uint8Array } => ({
  coreHash: new Uint8Array(32).fill(fill),
  resumeHash: new Uint8Array(32),
});

test('the store drops the answer that finished first when memory is short, never a running one', () => {
  const { store } = storeAt({ totalBytes: 1_000 });
  const answers = [1, 2, 3].map((fill) => store.begin(hash(fill)));
  for (const answer of answers) answer.append(record(295));
  const [first, second, third] = answers;
  if (first === undefined || second === undefined || third === undefined) throw new Error();
  store.finish(second);
  store.finish(first);
  third.append(record(295));
  expect(store.find(second.coreHash)).toBeUndefined();
  expect(store.find(first.coreHash)).toBe(first);
  third.append(record(395));
  expect(store.find(first.coreHash)).toBeUndefined();
  expect(store.find(third.coreHash)).toBe(third);
  expect(store.bytes).toBe(1_000);
  store.close();
  expect(store.bytes).toBe(0);
});

test('a finished answer is kept for its time and then forgotten', async () => {
  const { store, pass } = storeAt({ totalBytes: 1_000, keepMs: 5 });
  const answer = store.begin(hash(1));
  answer.append(record(100));
  store.finish(answer);
  pass(6);
  while (store.find(answer.coreHash) !== undefined) await new Promise((resolve) => setTimeout(resolve, 2));
  expect(store.bytes).toBe(0);
  store.close();
});
