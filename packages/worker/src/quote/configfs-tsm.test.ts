// Does the worker take only a quote that is over its own report data?
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configfsQuotes } from './configfs-tsm.js';
import { type TsmTree, tsmTree } from './tsm-tree.js';

const DATA = new Uint8Array(64).fill(7);
const COLLATERAL = new TextEncoder().encode('{}');
let root: string;
let generation: number;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cocoonkit-tsm-'));
  generation = 0;
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** What the kernel does around real files: it makes them with the entry, and answers writes. */
function kernel(
  options: {
    provider?: string;
    quote?: (data: Uint8Array) => Uint8Array;
    onRead?: (name: string) => Promise<void>;
  } = {},
): TsmTree {
  const files = tsmTree(root);
  const quote = options.quote ?? ((data) => new Uint8Array(Buffer.concat([Buffer.from('quote '), data])));
  return {
    async make(entry) {
      await files.make(entry);
      await writeFile(join(root, entry, 'provider'), `${options.provider ?? 'tdx_guest'}\n`);
      await writeFile(join(root, entry, 'generation'), `${generation}\n`);
      for (const name of ['inblob', 'outblob']) await writeFile(join(root, entry, name), '');
    },
    async read(entry, name, maxBytes) {
      const bytes = await files.read(entry, name, maxBytes);
      await options.onRead?.(name);
      return bytes;
    },
    async write(entry, name, bytes) {
      await files.write(entry, name, bytes);
      await answer(entry, quote(bytes));
    },
    // configfs removes the files with the directory.
    remove: (entry) => rm(join(root, entry), { recursive: true }),
  };
}

async function answer(entry: string, quote: Uint8Array): Promise<void> {
  generation++;
  await writeFile(join(root, entry, 'generation'), `${generation}\n`);
  await writeFile(join(root, entry, 'outblob'), quote);
}

const provider = (tree: TsmTree) =>
  configfsQuotes({ tree, entryName: () => 'entry', collateral: async () => COLLATERAL });

test('accepts: a quote over the data that was written, and leaves nothing behind', async () => {
  const { quote, collateral } = await provider(kernel()).quote(DATA);
  expect(quote).toEqual(new Uint8Array(Buffer.concat([Buffer.from('quote '), DATA])));
  expect(collateral).toBe(COLLATERAL);
  expect(await readdir(root)).toEqual([]);
});

test('somebody else wrote once in between: asked again, the right quote is taken', async () => {
  let disturbed = false;
  const tree = kernel({
    onRead: async (name) => {
      if (name !== 'outblob' || disturbed) return;
      disturbed = true;
      await answer('entry', new TextEncoder().encode('quote of a stranger'));
    },
  });
  expect((await provider(tree).quote(DATA)).quote).toEqual(
    new Uint8Array(Buffer.concat([Buffer.from('quote '), DATA])),
  );
  expect(generation).toBe(3);
});

test('rejects: a stranger’s quote written between our write and our reading', async () => {
  const quiet = kernel();
  const tree: TsmTree = {
    ...quiet,
    async write(entry, name, bytes) {
      await quiet.write(entry, name, bytes);
      await answer(entry, new TextEncoder().encode('quote of a stranger'));
    },
  };
  await expect(provider(tree).quote(DATA)).rejects.toMatchObject({ code: 'QUOTE_UNAVAILABLE' });
  expect(await readdir(root)).toEqual([]);
});

const BAD: readonly [string, () => TsmTree][] = [
  ['a machine that is not a TDX guest', () => kernel({ provider: 'sev_guest' })],
  ['an empty quote', () => kernel({ quote: () => new Uint8Array(0) })],
  ['a quote above the limit', () => kernel({ quote: () => new Uint8Array(16_385) })],
  [
    'a counter that is no number',
    () => ({
      ...kernel(),
      read: async (_entry, name) => new TextEncoder().encode(name === 'provider' ? 'tdx_guest' : 'x'),
    }),
  ],
];

test.each(BAD)('rejects: %s', async (_name, tree) => {
  await expect(provider(tree()).quote(DATA)).rejects.toMatchObject({ code: 'QUOTE_UNAVAILABLE' });
  expect(await readdir(root)).toEqual([]);
});

test('rejects: a system without the report tree', async () => {
  const nowhere = tsmTree(join(root, 'missing'));
  await expect(provider(nowhere).quote(DATA)).rejects.toMatchObject({ code: 'QUOTE_UNAVAILABLE' });
});

test('rejects: an entry in which the kernel made no files', async () => {
  await mkdir(join(root, 'sub'));
  await expect(provider(tsmTree(join(root, 'sub'))).quote(DATA)).rejects.toMatchObject({
    code: 'QUOTE_UNAVAILABLE',
  });
});

test('rejects: report data of another length', async () => {
  await expect(provider(kernel()).quote(new Uint8Array(32))).rejects.toMatchObject({
    code: 'QUOTE_UNAVAILABLE',
  });
});
