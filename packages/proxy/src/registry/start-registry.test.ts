// Does a local network survive a restart of its registry, and can anybody check what it says?
import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpBeaconSource, parseLocalRegistry } from '@cocoonkit/sdk/registry';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { simulatedRules } from '../quote/simulated.js';
import { startRegistry } from './start-registry.js';

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cocoonkit-registry-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const start = async () =>
  startRegistry({ dir, measurements: await simulatedRules(), now: () => new Date(), random });

test('accepts: snapshot and beacons verify; a restart continues key, network and chain past a torn line', async () => {
  const first = await start();
  const key = new Uint8Array(Buffer.from(first.publicKey, 'hex'));
  const signed = new Uint8Array(await (await fetch(`${first.url}/registry.json`)).arrayBuffer());
  const registry = await parseLocalRegistry(signed, key);
  expect(registry.network).toBe(first.network);
  const beacons = httpBeaconSource(registry.beaconUrl ?? '', fetch);
  first.tick();
  const old = await beacons.latest();
  expect(await beacons.has(old)).toBe(true);
  expect(await beacons.has({ ...old, rootHash: new Uint8Array(32) })).toBe(false);
  expect(await beacons.has({ ...old, seqno: old.seqno + 1_000n })).toBe(false);
  await first.stop();
  appendFileSync(join(dir, 'beacons.log'), '{"seqno":3,"rootH');

  const second = await start();
  expect([second.publicKey, second.network]).toEqual([first.publicKey, first.network]);
  const later = httpBeaconSource(second.url, fetch);
  expect(await later.has(old)).toBe(true);
  expect((await later.latest()).seqno).toBeGreaterThan(old.seqno);
  expect(statSync(join(dir, 'registry.key')).mode & 0o777).toBe(0o600);
  await second.stop();
});
