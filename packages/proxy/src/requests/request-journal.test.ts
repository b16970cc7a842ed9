// Is every entry on disk when its promise says so, once, and nothing left open?
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Core, encodeCore } from '@cocoonkit/sdk/protocol';
import { coreHash } from '@cocoonkit/sdk/seal/envelope';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Attempt } from './open-requests.js';
import { openRequestJournal } from './request-journal.js';

const NOW = 1_790_000_000;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function attempt(number: number): Attempt {
  const operationId = new Uint8Array(16).fill(number);
  const core: Core = {
    version: 1,
    suite: 1,
    requestId: new Uint8Array(16),
    operationId,
    audience: 'a',
    model: 'm',
    maxOutput: 1,
    capTokens: 1n,
    maxCoefficient: 1_000,
    priceDigest: new Uint8Array(32),
    expires: NOW,
    maxMs: 1,
    detachMs: 1,
    padding: 'fast',
    candidates: [new Uint8Array(32)],
    bodyBytes: 10,
    bodyHash: new Uint8Array(32),
    commitment: new Uint8Array(32),
    cancelHash: new Uint8Array(32),
    resumeHash: new Uint8Array(32),
  };
  const coreBytes = encodeCore(core);
  const hash = coreHash(coreBytes);
  return {
    key: Buffer.from(hash).toString('hex'),
    core,
    coreBytes,
    coreHash: hash,
    account: 'account',
    operation: Buffer.from(operationId).toString('hex'),
    authorization: new Uint8Array(4),
    assignmentHash: new Uint8Array(32),
    workerDigest: 'worker',
    reservedUntil: NOW + 600,
  };
}

const openJournal = () => openRequestJournal({ dir, nowSeconds: NOW, keep: () => true });
const onDisk = (): number =>
  readdirSync(dir)
    .map((name) => readFileSync(join(dir, name), 'utf8').split('\n').length - 1)
    .reduce((sum, lines) => sum + lines, 0);
const openFiles = (): number =>
  readdirSync('/proc/self/fd').filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith(dir);
    } catch {
      return false;
    }
  }).length;
/** Lets what is ready run, so that entries arrive at every point of a write. */
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

test('entries that arrive while another is written are written once each, through one open file', async () => {
  const { journal } = openJournal();
  const writes: Promise<void>[] = [];
  for (let i = 0; i < 40; i++) {
    writes.push(journal.append(attempt(i), NOW).then(() => expect(onDisk()).toBeGreaterThan(i)));
    await turns(i % 3);
    expect(openFiles()).toBeLessThanOrEqual(1);
  }
  await Promise.all(writes);
  expect(onDisk()).toBe(40);
  await journal.close();
  expect(openFiles()).toBe(0);
  expect(openJournal().restored.map(({ operation }) => operation)).toHaveLength(40);
});

test('closing waits for what is under way', async () => {
  const { journal } = openJournal();
  const last = [journal.append(attempt(1), NOW), journal.append(attempt(2), NOW)];
  await turns(1);
  last.push(journal.append(attempt(3), NOW));
  await journal.close();
  expect(onDisk()).toBe(3);
  expect(openFiles()).toBe(0);
  await Promise.all(last);
});

test('a new file every five minutes, and the old one is closed', async () => {
  const { journal } = openJournal();
  await journal.append(attempt(1), NOW);
  await Promise.all([journal.append(attempt(2), NOW + 300), journal.append(attempt(3), NOW + 300)]);
  expect(readdirSync(dir)).toHaveLength(2);
  expect(openFiles()).toBe(1);
  await journal.close();
});
