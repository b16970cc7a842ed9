// Are exactly the sealed weights in a file without a name, in memory, and nothing after a failure?
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OwnedModel, sealPlain, writeSealed } from '../../test-support/sealed-model.js';
import { decryptToMemory } from './decrypt-to-memory.js';
import { linuxMemory, type MemoryView } from './memory-view.js';
import { openSealedFile } from './sealed-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'decrypt-'));
});
afterEach(() => rm(folder, { recursive: true }));

const plainOf = (size: number) => new Uint8Array(size).map((_, i) => (i * 17 + (i >> 8)) & 255);
const somewhere = { view: linuxMemory, allowDisk: true };

/** Hands the path over while it is open. */
async function decrypt<T>(
  owned: OwnedModel,
  read: (path: string) => Promise<T>,
  options: { view: MemoryView; allowDisk: boolean; folder?: string; key?: Uint8Array } = somewhere,
): Promise<T> {
  const path = join(folder, 'm.sealed');
  await writeSealed(path, owned);
  const sealed = await openSealedFile(path, owned.digest);
  try {
    const opened = await decryptToMemory(sealed, { key: owned.key, folder, ...options });
    try {
      return await read(opened.path);
    } finally {
      await opened.close();
    }
  } finally {
    await sealed.file.close();
  }
}

test.each([1, 4_095, 4_096, 4_097, 8_192, 30_000])(
  'accepts: %i bytes, without a name anywhere',
  async (size) => {
    const plain = plainOf(size);
    await decrypt(await sealPlain(plain), async (path) => {
      expect(new Uint8Array(await readFile(path))).toEqual(plain);
      expect(await readdir(folder)).toEqual(['m.sealed']);
    });
  },
);

test('privacy: what was opened is gone once it is closed', async () => {
  const path = await decrypt(await sealPlain(plainOf(9)), async (opened) => opened);
  // The number may belong to another file by now, but not to this one.
  const found = await readFile(path).catch(() => new Uint8Array(0));
  expect(Buffer.from(found).equals(plainOf(9))).toBe(false);
});

test('rejects: weights that are not those the header promises', async () => {
  const lying = await sealPlain(plainOf(5_000), { header: { sha256: new Uint8Array(32) } });
  await expect(decrypt(lying, async () => undefined)).rejects.toMatchObject({ code: 'SEALED_MODEL_HASH' });
  expect(await readdir(folder)).toEqual(['m.sealed']);
});

test('rejects: another key', async () => {
  const owned = await sealPlain(plainOf(5_000));
  await expect(
    decrypt(owned, async () => undefined, { ...somewhere, key: new Uint8Array(32) }),
  ).rejects.toMatchObject({ code: 'SEALED_MODEL_KEY' });
  expect(await readdir(folder)).toEqual(['m.sealed']);
});

test('rejects: a folder that cannot be written, and one that is not in memory once the file is there', async () => {
  const owned = await sealPlain(plainOf(10));
  await writeFile(join(folder, 'file'), '');
  for (const place of ['none', 'file'])
    await expect(
      decrypt(owned, async () => undefined, { ...somewhere, folder: join(folder, place) }),
    ).rejects.toMatchObject({ code: 'MODEL_PLACE_NOT_MEMORY' });
  const asked: string[] = [];
  const view: MemoryView = {
    swaps: async () => '',
    async fileSystem(path) {
      asked.push(path);
      return { type: 0xef53, freeBytes: 1_000 };
    },
  };
  await expect(decrypt(owned, async () => undefined, { view, allowDisk: false })).rejects.toMatchObject({
    code: 'MODEL_PLACE_NOT_MEMORY',
  });
  // The opened file, not the folder's name: nothing can come between.
  expect(asked).toEqual([expect.stringMatching(/^\/proc\/self\/fd\/[0-9]+$/)]);
  expect((await readdir(folder)).sort()).toEqual(['file', 'm.sealed']);
});

test('accepts: the tmpfs that Linux machines have, judged by its kernel', async () => {
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
  if (!/^\S+ \/dev\/shm tmpfs /m.test(mounts)) {
    process.stdout.write('not run: /dev/shm is no tmpfs here\n');
    return;
  }
  const plain = plainOf(10_000);
  const view = { fileSystem: linuxMemory.fileSystem, swaps: async () => '' };
  const owned = await sealPlain(plain);
  const found = await decrypt(owned, (path) => readFile(path), {
    view,
    allowDisk: false,
    folder: '/dev/shm',
  });
  expect(new Uint8Array(found)).toEqual(plain);
  expect((await readdir('/dev/shm')).filter((name) => name.startsWith('.cocoonkit-'))).toEqual([]);
});
