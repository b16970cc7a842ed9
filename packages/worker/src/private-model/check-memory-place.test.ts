// Is a place in memory told from one on a disk, whatever this machine has?
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { checkMemoryPlace } from './check-memory-place.js';
import { linuxMemory, type MemoryView } from './memory-view.js';

const HEAD = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
const view = (change: { type?: number; freeBytes?: number; swaps?: string } = {}): MemoryView => ({
  fileSystem: async () => ({ type: 0x01021994, freeBytes: 1_000, ...change }),
  swaps: async () => change.swaps ?? HEAD,
});
const check = (change: Parameters<typeof view>[0], allowDisk = false, bytes = 1_000) =>
  checkMemoryPlace('/x', bytes, { view: view(change), allowDisk });

test.each([
  ['tmpfs', {}],
  ['ramfs', { type: 0x858458f6 }],
  ['ramfs, told with a sign', { type: 0x858458f6 | 0 }],
  ['no list of swaps', { swaps: '' }],
  ['compressed memory as swap', { swaps: `${HEAD}/dev/zram0 partition 8 0 100\n` }],
])('accepts: %s', async (_, change) => {
  await check(change);
});

test.each([
  ['ext4', { type: 0xef53 }, 'MODEL_PLACE_NOT_MEMORY'],
  ['overlay', { type: 0x794c7630 }, 'MODEL_PLACE_NOT_MEMORY'],
  ['nothing known', { type: 0 }, 'MODEL_PLACE_NOT_MEMORY'],
  ['swap on a disk', { swaps: `${HEAD}/dev/sda2 partition 8 0 -2\n` }, 'MODEL_MEMORY_SWAPS'],
  [
    'swap on a disk beside zram',
    { swaps: `${HEAD}/dev/zram0 p 8 0 1\n/swap.img file 8 0 -2\n` },
    'MODEL_MEMORY_SWAPS',
  ],
  ['a swap file named like zram', { swaps: `${HEAD}/dev/zram0/x file 8 0 -2\n` }, 'MODEL_MEMORY_SWAPS'],
  ['too little room', { freeBytes: 999 }, 'MODEL_MEMORY_FULL'],
])('rejects: %s', async (_, change, code) => {
  await expect(check(change)).rejects.toMatchObject({ code });
});

test('accepts: a disk and swap where somebody said so, but never too little room', async () => {
  await check({ type: 0xef53, swaps: `${HEAD}/dev/sda2 partition 8 0 -2\n` }, true);
  await expect(check({ type: 0xef53, freeBytes: 999 }, true)).rejects.toMatchObject({
    code: 'MODEL_MEMORY_FULL',
  });
});

test('reads this machine: /proc is no place for weights, a missing folder neither, and the numbers are the kernel’s', async () => {
  const options = { view: linuxMemory, allowDisk: false };
  for (const place of ['/proc', '/no/such/folder'])
    await expect(checkMemoryPlace(place, 0, options)).rejects.toMatchObject({
      code: 'MODEL_PLACE_NOT_MEMORY',
    });
  expect((await linuxMemory.fileSystem(tmpdir())).type).toBe((await statfs(tmpdir())).type);
  expect(await linuxMemory.swaps()).toMatch(/^(Filename\s|$)/);
});
