// Is no signed bill lost, and is the memory for them bounded?
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOutbox, type OutboxEntry, type OutboxOptions } from './outbox.js';
import { openOutboxFile } from './outbox-file.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cocoonkit-outbox-'));
});
afterEach(() => rm(directory, { recursive: true }));

const entry = (fill: number, change: Partial<OutboxEntry> = {}): OutboxEntry => ({
  coreHash: new Uint8Array(32).fill(fill),
  audience: 'a',
  receipt: new Uint8Array(100).fill(fill),
  signature: new Uint8Array(64).fill(fill),
  until: 1_000,
  ...change,
});
const create = (options: Partial<OutboxOptions> = {}) =>
  createOutbox({ now: () => new Date(0), repeatMs: 60_000, ...options });

test('a bill goes to a channel of its own ledger only', () => {
  const outbox = create();
  const sent: string[] = [];
  outbox.connect({ audience: 'b', send: () => sent.push('b') });
  outbox.add(entry(1));
  outbox.connect({ audience: 'b', send: () => sent.push('b') });
  expect(sent).toEqual([]);
  const disconnect = outbox.connect({ audience: 'a', send: () => sent.push('a') });
  expect(sent).toEqual(['a']);
  disconnect();
  outbox.add(entry(2));
  expect(sent).toEqual(['a']);
  expect(outbox.size).toBe(2);
  outbox.close();
});

test('the channel of the request is preferred while it is connected', () => {
  const outbox = create();
  const sent: string[] = [];
  const own = { audience: 'a', send: () => sent.push('own') };
  const disconnect = outbox.connect(own);
  outbox.connect({ audience: 'a', send: () => sent.push('other') });
  outbox.add(entry(1), own);
  disconnect();
  outbox.add(entry(2), own);
  expect(sent).toEqual(['own', 'other']);
  outbox.close();
});

test('the oldest bill makes room, and is reported', () => {
  const dropped: number[] = [];
  const outbox = create({ maxEntries: 2, onDrop: ({ coreHash }) => dropped.push(coreHash[0] ?? -1) });
  for (const fill of [1, 2, 3]) outbox.add(entry(fill));
  expect(outbox.size).toBe(2);
  expect(dropped).toEqual([1]);
  outbox.close();
});

test('a bill no ledger takes any more is dropped', () => {
  const outbox = create({ now: () => new Date(2_000_000) });
  outbox.add(entry(1));
  const sent: OutboxEntry[] = [];
  outbox.connect({ audience: 'a', send: (bill) => sent.push(bill) });
  expect(sent).toEqual([]);
  expect(outbox.size).toBe(0);
  outbox.close();
});

test('acknowledging is final, and only what was there counts', () => {
  const outbox = create();
  outbox.add(entry(1));
  expect(outbox.acknowledge(new Uint8Array(32).fill(9))).toBe(false);
  expect(outbox.acknowledge(entry(1).coreHash)).toBe(true);
  expect(outbox.acknowledge(entry(1).coreHash)).toBe(false);
  outbox.close();
});

test('the file gives back exactly what was not acknowledged, also after a line cut short', async () => {
  const path = join(directory, 'outbox.jsonl');
  const first = create({ storage: openOutboxFile(path) });
  for (const fill of [1, 2, 3]) first.add(entry(fill));
  first.acknowledge(entry(2).coreHash);
  // No close: the process was killed while it wrote.
  await appendFile(path, '{"coreHash":"04040404');
  const storage = openOutboxFile(path);
  expect(storage.entries).toEqual([entry(1), entry(3)]);
  const second = create({ storage });
  expect(second.size).toBe(2);
  second.close();
  first.close();
});

test('rejects: a path that cannot be written', () => {
  expect(() => openOutboxFile(join(directory, 'missing', 'x'))).toThrow(
    expect.objectContaining({ code: 'OUTBOX_UNUSABLE' }),
  );
});

test('lines that are not bills are skipped', async () => {
  const path = join(directory, 'outbox.jsonl');
  await writeFile(path, 'hello\n{"coreHash":1}\nnull\n');
  const storage = openOutboxFile(path);
  expect(storage.entries).toEqual([]);
  storage.close();
});
