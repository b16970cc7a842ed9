// Is the chain asked once per block that exists, and again for one that does not?
import { expect, test } from 'vitest';
import type { Beacon } from '../protocol/manifest.js';
import type { BeaconSource } from './beacon-source.js';
import { rememberBeacons } from './remember-beacons.js';

const block = (seqno: bigint, change: Partial<Beacon> = {}): Beacon => ({
  kind: 'local',
  chain: 'test',
  seqno,
  rootHash: new Uint8Array(32).fill(Number(seqno)),
  utime: 1_000,
  ...change,
});

/** A chain that has the blocks below `height`. */
function chain() {
  const asked: bigint[] = [];
  const state = { height: 5n, reachable: true };
  const source: BeaconSource = {
    kind: 'local',
    latest: async () => block(state.height - 1n),
    async has({ seqno, rootHash, utime }) {
      asked.push(seqno);
      if (!state.reachable) throw new TypeError('unreachable');
      return seqno < state.height && utime === 1_000 && rootHash.every((byte) => byte === Number(seqno));
    },
  };
  return { asked, state, beacons: rememberBeacons(source, 3) };
}

test('a block that exists is asked for once, also by many at the same time', async () => {
  const { asked, beacons } = chain();
  expect(await Promise.all([1n, 1n, 2n, 1n].map((seqno) => beacons.has(block(seqno))))).toEqual(
    Array(4).fill(true),
  );
  expect(await beacons.has(block(1n))).toBe(true);
  expect(asked).toEqual([1n, 2n]);
});

test('rejects: a block that differs from a known one in any part', async () => {
  const { beacons } = chain();
  expect(await beacons.has(block(1n))).toBe(true);
  expect(await beacons.has(block(1n, { rootHash: new Uint8Array(32) }))).toBe(false);
  expect(await beacons.has(block(1n, { utime: 999 }))).toBe(false);
  expect(await beacons.has(block(7n))).toBe(false);
});

test('a block that is not there yet, and a chain that does not answer, are asked again', async () => {
  const { asked, state, beacons } = chain();
  expect(await beacons.has(block(6n))).toBe(false);
  state.reachable = false;
  await expect(beacons.has(block(6n))).rejects.toThrow('unreachable');
  Object.assign(state, { height: 9n, reachable: true });
  expect(await beacons.has(block(6n))).toBe(true);
  expect(asked).toEqual([6n, 6n, 6n]);
  expect(await beacons.latest()).toEqual(block(8n));
});

test('remembers so many blocks and no more, the oldest goes first', async () => {
  const { asked, state, beacons } = chain();
  state.height = 9n;
  for (const seqno of [1n, 2n, 3n, 4n, 4n, 2n, 1n]) expect(await beacons.has(block(seqno))).toBe(true);
  expect(asked).toEqual([1n, 2n, 3n, 4n, 1n]);
});
