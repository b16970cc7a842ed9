// Does a guest take only a quote over its own report data, whatever else happens in the kernel's tree?
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../protocol/limits.js';
import { createSimulatedTdx } from '../testing/tdx/index.js';
import { readTsmQuote, type TsmTree, tsmTree } from './index.node.js';

const DATA = new Uint8Array(64).fill(7);
const tdx = createSimulatedTdx({ now: new Date('2026-03-01T12:00:00Z') });
const quoteOver = (reportData: Uint8Array) => tdx.quote({ reportData });
const STRANGER = quoteOver(new Uint8Array(64).fill(9));
let root: string;
let generation: number;
let waits: number[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cocoonkit-tsm-'));
  generation = 0;
  waits = [];
});
afterEach(async () => {
  await chmod(root, 0o700);
  await rm(root, { recursive: true, force: true });
});

interface KernelOptions {
  provider?: string;
  quote?: (data: Uint8Array) => Uint8Array;
  onRead?: (entry: string, name: string) => Promise<void>;
}

/** What the kernel does around real files: it makes them with the entry, answers writes, and takes them with the entry. */
function kernel(options: KernelOptions = {}): TsmTree {
  const files = tsmTree(root);
  const quote = options.quote ?? quoteOver;
  return {
    async make(entry) {
      await files.make(entry);
      await writeFile(join(root, entry, 'provider'), `${options.provider ?? 'tdx_guest'}\n`);
      await writeFile(join(root, entry, 'generation'), `${generation}\n`);
      for (const name of ['inblob', 'outblob']) await writeFile(join(root, entry, name), '');
    },
    async read(entry, name, maxBytes) {
      const bytes = await files.read(entry, name, maxBytes);
      await options.onRead?.(entry, name);
      return bytes;
    },
    async write(entry, name, bytes) {
      await files.write(entry, name, bytes);
      await answer(entry, quote(bytes));
    },
    remove: (entry) => rm(join(root, entry), { recursive: true }),
  };
}

async function answer(entry: string, quote: Uint8Array): Promise<void> {
  generation++;
  await writeFile(join(root, entry, 'generation'), `${generation}\n`);
  await writeFile(join(root, entry, 'outblob'), quote);
}

const read = (tree: TsmTree, entryName?: () => string) =>
  readTsmQuote(DATA, { tree, entryName, wait: async (milliseconds) => waits.push(milliseconds) });

const systemError = (code: string) => Object.assign(new Error(code), { code });

/** Fails `times` times at one operation. */
function failing(tree: TsmTree, operation: keyof TsmTree, code: string, times: number): TsmTree {
  let left = times;
  const once = (): void => {
    if (left-- > 0) throw systemError(code);
  };
  return {
    async make(entry) {
      if (operation === 'make') once();
      await tree.make(entry);
    },
    async read(entry, name, maxBytes) {
      if (operation === 'read' && name === 'outblob') once();
      return tree.read(entry, name, maxBytes);
    },
    async write(entry, name, bytes) {
      if (operation === 'write') once();
      await tree.write(entry, name, bytes);
    },
    async remove(entry) {
      if (operation === 'remove') once();
      await tree.remove(entry);
    },
  };
}

describe('a quote', () => {
  test('accepts: over the data that was written, and leaves nothing behind', async () => {
    expect(await read(kernel())).toEqual(quoteOver(DATA));
    expect(await readdir(root)).toEqual([]);
  });

  test('accepts: in a zero-padded buffer, without the padding', async () => {
    const padded = (data: Uint8Array) => new Uint8Array(Buffer.concat([quoteOver(data), Buffer.alloc(3000)]));
    expect(await read(kernel({ quote: padded }))).toEqual(quoteOver(DATA));
  });

  test('accepts: each quote in an entry of its own, named after this process', async () => {
    const names = new Set<string>();
    const tree = kernel();
    const counted: TsmTree = { ...tree, make: (entry) => tree.make(names.add(entry) && entry) };
    for (let i = 0; i < 5; i++) await read(counted);
    expect(names.size).toBe(5);
    expect([...names].every((name) => new RegExp(`^cocoonkit-${process.pid}-[0-9a-f]{16}$`).test(name))).toBe(
      true,
    );
  });
});

describe('a race', () => {
  test('somebody else wrote once in between: asked again, the right quote is taken', async () => {
    let disturbed = false;
    const tree = kernel({
      onRead: async (entry, name) => {
        if (name !== 'outblob' || disturbed) return;
        disturbed = true;
        await answer(entry, STRANGER);
      },
    });
    expect(await read(tree)).toEqual(quoteOver(DATA));
    expect(generation).toBe(3);
  });

  test('rejects: a stranger who writes between each of our writes and readings', async () => {
    const quiet = kernel();
    const tree: TsmTree = {
      ...quiet,
      async write(entry, name, bytes) {
        await quiet.write(entry, name, bytes);
        await answer(entry, STRANGER);
      },
    };
    await expect(read(tree)).rejects.toMatchObject({
      code: 'QUOTE_UNAVAILABLE',
      message: expect.stringContaining('somebody else'),
    });
    expect(generation).toBe(6);
    expect(await readdir(root)).toEqual([]);
  });

  test('rejects: a stranger’s quote although the counter says nothing', async () => {
    await expect(read(kernel({ quote: () => STRANGER }))).rejects.toMatchObject({
      code: 'QUOTE_UNAVAILABLE',
      message: expect.stringContaining('other report data'),
    });
  });

  test('a name that is taken: another one is used, and the stranger’s entry stays', async () => {
    await mkdir(join(root, 'taken'));
    const names = ['taken', 'free'];
    expect(await read(kernel(), () => names.shift() ?? '')).toEqual(quoteOver(DATA));
    expect(await readdir(root)).toEqual(['taken']);
    await expect(read(kernel(), () => 'taken')).rejects.toMatchObject({ details: { errno: 'EEXIST' } });
    expect(await readdir(root)).toEqual(['taken']);
  });
});

describe('a busy machine', () => {
  for (const operation of ['make', 'write', 'read', 'remove'] as const) {
    test.each(['EBUSY', 'EINTR', 'EAGAIN'])(
      `${operation} that fails with %s is repeated with growing waits`,
      async (code) => {
        expect(await read(failing(kernel(), operation, code, 3))).toEqual(quoteOver(DATA));
        expect(waits).toEqual([20, 40, 80]);
        expect(await readdir(root)).toEqual([]);
      },
    );
  }

  test('rejects: a machine that stays busy, after a limit', async () => {
    await expect(read(failing(kernel(), 'read', 'EBUSY', 1000))).rejects.toMatchObject({
      code: 'QUOTE_UNAVAILABLE',
      details: { errno: 'EBUSY' },
    });
    expect(waits).toHaveLength(6);
    expect(await readdir(root)).toEqual([]);
  });

  test('an entry that cannot be removed costs no quote', async () => {
    expect(await read(failing(kernel(), 'remove', 'EACCES', 1))).toEqual(quoteOver(DATA));
  });
});

describe('what is no quote', () => {
  const BAD: readonly [string, () => TsmTree][] = [
    ['a machine that is not a TDX guest', () => kernel({ provider: 'sev_guest' })],
    ['an empty quote', () => kernel({ quote: () => new Uint8Array(0) })],
    ['something else', () => kernel({ quote: () => new Uint8Array(5000).fill(4) })],
    ['a cut quote', () => kernel({ quote: (data) => quoteOver(data).subarray(0, 3000) })],
    ['a quote above the limit', () => kernel({ quote: () => new Uint8Array(LIMITS.quoteBytes + 1) })],
    [
      'a counter that is no number',
      () => ({
        ...kernel(),
        read: async (_entry, name) => new TextEncoder().encode(name === 'provider' ? 'tdx_guest' : 'x'),
      }),
    ],
  ];
  test.each(BAD)('rejects: %s', async (_name, tree) => {
    await expect(read(tree())).rejects.toMatchObject({ code: 'QUOTE_UNAVAILABLE' });
    expect(await readdir(root)).toEqual([]);
  });

  test('an endless outblob is read up to the limit only', async () => {
    const asked: number[] = [];
    const quiet = kernel();
    const tree: TsmTree = {
      ...quiet,
      read: (entry, name, maxBytes) => {
        asked.push(maxBytes);
        return name === 'outblob'
          ? Promise.resolve(new Uint8Array(maxBytes))
          : quiet.read(entry, name, maxBytes);
      },
    };
    await expect(read(tree)).rejects.toMatchObject({ message: expect.stringContaining('impossible length') });
    expect(Math.max(...asked)).toBe(LIMITS.quoteBytes + 1);
  });

  test('rejects: report data of another length', async () => {
    await expect(readTsmQuote(new Uint8Array(32), { tree: kernel() })).rejects.toMatchObject({
      code: 'QUOTE_UNAVAILABLE',
    });
  });
});

describe('a system that cannot', () => {
  test('rejects: no report tree, and says how to get one', async () => {
    await expect(read(tsmTree(join(root, 'missing')))).rejects.toMatchObject({
      code: 'QUOTE_UNAVAILABLE',
      details: { errno: 'ENOENT' },
      remedy: expect.stringMatching(/Mount configfs.*6\.7/),
    });
  });

  test('rejects: an entry in which the kernel made no files', async () => {
    await expect(read(tsmTree(root))).rejects.toMatchObject({ details: { errno: 'ENOENT' } });
    expect(await readdir(root)).toEqual([]);
  });

  test('rejects: a tree this user may not write', async () => {
    await chmod(root, 0o500);
    // Root may write everywhere, so there the kernel's answer is played.
    const tree = process.getuid?.() === 0 ? failing(kernel(), 'make', 'EACCES', 1) : tsmTree(root);
    await expect(read(tree)).rejects.toMatchObject({
      details: { errno: 'EACCES' },
      remedy: expect.stringContaining('Run as root'),
    });
  });

  const ERRNOS: readonly [keyof TsmTree, string, RegExp][] = [
    ['make', 'ENXIO', /modprobe tdx_guest/],
    ['make', 'EROFS', /writable into this container/],
    ['make', 'EPERM', /Run as root/],
    ['read', 'EIO', /quote generation service/],
    ['read', 'ETIMEDOUT', /did not answer/],
    ['write', 'EINVAL', /TDX guest/],
  ];
  test.each(ERRNOS)('rejects: %s with %s at once, with a remedy', async (operation, errno, remedy) => {
    await expect(read(failing(kernel(), operation, errno, 1))).rejects.toMatchObject({
      code: 'QUOTE_UNAVAILABLE',
      details: { errno },
      remedy: expect.stringMatching(remedy),
    });
    expect(waits).toEqual([]);
    expect(await readdir(root)).toEqual([]);
  });
});
