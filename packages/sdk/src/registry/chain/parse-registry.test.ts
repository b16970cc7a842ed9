// Do the browser's reader and the one over @ton/core find the same registry, or the same fault?
import { Address, type Builder, beginCell, Cell, Dictionary } from '@ton/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRoot } from '../../ton/read-root.js';
import { parseRegistry, type RegistryConfig } from './parse-registry.js';

const NOTHING = { serialize: () => {}, parse: () => true as const };
const TEXT = {
  serialize: (text: string, builder: Builder) => void storeText(builder, text),
  parse: () => '',
};

function storeText(builder: Builder, text: string): Builder {
  // A leading question mark stands for an address of an unknown type.
  if (text.startsWith('?')) return builder.storeBit(true).storeUint(5, 16);
  builder.storeBit(false).storeUint(text.length, 7);
  for (const character of text) builder.storeUint(character.charCodeAt(0), 8);
  return builder;
}

const hash = fc.bigInt({ min: 0n, max: (1n << 256n) - 1n });
const hashes = fc.uniqueArray(fc.oneof(hash, fc.bigInt({ min: 0n, max: 9n })), { maxLength: 12 });
const u32 = fc.nat(0xffffffff);
const coins = fc.bigInt({ min: 0n, max: (1n << 120n) - 1n });
const printable = fc.string({ unit: fc.constantFrom(...'0123456789:. ?az~'), maxLength: 127 });

const content = fc.record({
  structVersion: fc.constantFrom(1, 2, 3, 4, 5),
  owner: fc.tuple(fc.integer({ min: -128, max: 127 }), fc.uint8Array({ minLength: 32, maxLength: 32 })),
  version: u32,
  proxyHashes: hashes,
  workerHashes: hashes,
  modelHashes: hashes,
  proxies: fc.dictionary(fc.nat(0xffffffff).map(String), printable, { maxKeys: 8 }),
  lastProxySeqno: u32,
  numbers: fc.array(u32, { minLength: 8, maxLength: 8 }),
  amounts: fc.array(coins, { minLength: 4, maxLength: 4 }),
  isTest: fc.boolean(),
  codes: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  keys: fc.uniqueArray(hash, { maxLength: 4 }),
});
type Content = typeof content extends fc.Arbitrary<infer T> ? T : never;

function storeSet(builder: Builder, keys: readonly bigint[]): Builder {
  const set = Dictionary.empty(Dictionary.Keys.BigUint(256), NOTHING);
  for (const key of keys) set.set(key, true);
  return builder.storeDict(set);
}

function paramsOf({ structVersion, numbers, amounts, isTest, codes }: Content): Cell {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = numbers;
  const [fee = 0n, more = 0n, proxyStake = 0n, clientStake = 0n] = amounts;
  const price = fee + more < 1n << 120n ? fee + more : fee;
  const builder = beginCell().storeUint(structVersion, 8).storeUint(a, 32).storeUint(b, 32).storeBit(isTest);
  builder.storeCoins(price).storeCoins(fee);
  if (structVersion >= 3) builder.storeUint(c, 32);
  if (structVersion >= 2) builder.storeUint(d, 32);
  if (structVersion >= 3) builder.storeUint(e, 32);
  if (structVersion >= 2) builder.storeUint(f, 32);
  builder.storeUint(g, 32).storeUint(h, 32).storeCoins(proxyStake).storeCoins(clientStake);
  for (const [i, present] of codes.entries())
    builder.storeMaybeRef(present ? beginCell().storeUint(i, 8).endCell() : null);
  return builder.endCell();
}

function listsOf({ proxyHashes, workerHashes, modelHashes, proxies, lastProxySeqno }: Content): Cell {
  const registered = Dictionary.empty(Dictionary.Keys.Uint(32), TEXT);
  for (const [seqno, text] of Object.entries(proxies)) registered.set(Number(seqno), text);
  const builder = storeSet(beginCell(), proxyHashes).storeDict(registered).storeUint(lastProxySeqno, 32);
  return storeSet(storeSet(builder, workerHashes), modelHashes).endCell();
}

function rootOf(from: Content): Cell {
  const [workchain, account] = from.owner;
  const root = beginCell()
    .storeAddress(new Address(workchain, Buffer.from(account)))
    .storeUint(from.version, 32)
    .storeRef(listsOf(from))
    .storeRef(paramsOf(from));
  if (from.structVersion >= 4) {
    const keys = Dictionary.empty(Dictionary.Keys.BigUint(256), Dictionary.Values.BigUint(40));
    for (const key of from.keys) keys.set(key, key & 0xffffffffffn);
    root.storeRef(
      storeText(beginCell().storeDict(keys).storeUint(1, 256).storeUint(2, 256), 'keys:1').endCell(),
    );
  }
  if (from.structVersion >= 5) root.storeRef(beginCell().endCell());
  return root.endCell();
}

/** What the reader over @ton/core says, in the browser's terms. */
function viaCore(cell: Cell): RegistryConfig {
  const { owner, chainParams, ...rest } = readRoot(cell);
  const { proxyCode, workerCode, clientCode, ...params } = chainParams.params;
  const hashOf = (code: Cell | undefined) => code?.hash().toString('hex');
  return {
    ...rest,
    dataHash: cell.hash().toString('hex'),
    owner: owner.toRawString(),
    params: {
      ...params,
      proxyCodeHash: hashOf(proxyCode),
      workerCodeHash: hashOf(workerCode),
      clientCodeHash: hashOf(clientCode),
    },
  };
}

const viaBytes = (cell: Cell): RegistryConfig => parseRegistry(new Uint8Array(cell.toBoc()));
const codeOf = (read: () => unknown): unknown => {
  try {
    read();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return 'accepted';
};

describe('parseRegistry', () => {
  it('accepts: any registry of layouts 1 to 5, with the meaning readRoot gives it', () => {
    fc.assert(
      fc.property(content, (from) => {
        const cell = rootOf(from);
        expect(viaBytes(cell)).toEqual(viaCore(cell));
      }),
      { numRuns: 100, seed: 11 },
    );
  });

  const [example] = fc.sample(content, { numRuns: 1, seed: 7 });
  if (example === undefined) throw new Error('no example');
  const base: Content = {
    ...example,
    structVersion: 4,
    proxyHashes: [5n, 1n << 255n],
    amounts: [19n, 1n, 2n, 3n],
    proxies: { 1: '1.2.3.4:5 6.7.8.9:10', 2: '1.1.1.1:1', 3: '?' },
  };

  it('accepts: one address for all, two for workers and clients, and skips what it does not know', () => {
    expect(viaBytes(rootOf(base)).registeredProxies).toEqual([
      { seqno: 1, workers: '1.2.3.4:5', clients: '6.7.8.9:10' },
      { seqno: 2, workers: '1.1.1.1:1', clients: '1.1.1.1:1' },
    ]);
  });

  const root = rootOf(base);
  const [lists = root, params = root, keyManager = root] = root.refs;
  const withRefs = (...refs: readonly Cell[]) => new Cell({ bits: root.bits, refs: [...refs] });
  const start = () => beginCell().storeBits(params.bits.substring(8, params.bits.length - 8));
  const rest = (builder: Builder) => {
    builder.storeBits(params.bits.substring(params.bits.length - 8, 8));
    for (const ref of params.refs) builder.storeRef(ref);
    return builder.endCell();
  };
  const withStruct = (version: number) =>
    withRefs(lists, rest(beginCell().storeUint(version, 8).storeBuilder(start())), keyManager);
  const listsOfText = (text: string) => listsOf({ ...base, proxies: { 1: text } });

  const faults: Record<string, readonly [string, Cell]> = {
    'layout 0': ['REGISTRY_VERSION_UNSUPPORTED', withStruct(0)],
    'layout 6': ['REGISTRY_VERSION_UNSUPPORTED', withStruct(6)],
    'layout 255': ['REGISTRY_VERSION_UNSUPPORTED', withStruct(255)],
    'layout 4 that says 5': ['CHAIN_DATA_INVALID', withStruct(5)],
    'layout 4 that says 3': ['CHAIN_DATA_INVALID', withStruct(3)],
    'no key manager': ['CHAIN_DATA_INVALID', withRefs(lists, params)],
    'no parameters': ['CHAIN_DATA_INVALID', withRefs(lists)],
    'a fee above the price': [
      'CHAIN_DATA_INVALID',
      withRefs(
        lists,
        beginCell()
          .storeUint(4, 8)
          .storeUint(1, 65)
          .storeCoins(1)
          .storeCoins(2)
          .storeUint(0, 192)
          .storeUint(0, 11)
          .endCell(),
        keyManager,
      ),
    ],
    'an empty cell': ['CHAIN_DATA_INVALID', beginCell().endCell()],
    'no owner': [
      'CHAIN_DATA_INVALID',
      new Cell({ bits: beginCell().storeUint(0, 299).endCell().bits, refs: root.refs }),
    ],
    'a bit more': ['CHAIN_DATA_INVALID', beginCell().storeSlice(root.beginParse()).storeBit(1).endCell()],
    'a network address with a line break': [
      'CHAIN_DATA_INVALID',
      withRefs(listsOfText('1.1.1.1:1\n'), params, keyManager),
    ],
    'a set whose entries hold values': [
      'CHAIN_DATA_INVALID',
      withRefs(
        beginCell()
          .storeDict(Dictionary.empty(Dictionary.Keys.BigUint(256), Dictionary.Values.Uint(8)).set(1n, 1))
          .storeUint(0, 35)
          .endCell(),
        params,
        keyManager,
      ),
    ],
    'lists with more than lists': [
      'CHAIN_DATA_INVALID',
      withRefs(beginCell().storeSlice(lists.beginParse()).storeBit(0).endCell(), params, keyManager),
    ],
  };
  for (const [name, [code, cell]] of Object.entries(faults)) {
    it(`rejects: ${name}, with the code readRoot gives`, () => {
      expect(codeOf(() => viaBytes(cell))).toBe(code);
      expect(codeOf(() => readRoot(cell))).toBe(code);
    });
  }

  it('rejects: a few cells that stand for 2^256 entries, at once', () => {
    let fork = beginCell().storeUint(0, 2).endCell();
    for (let i = 0; i < 256; i++) fork = beginCell().storeUint(0, 2).storeRef(fork).storeRef(fork).endCell();
    const cell = withRefs(
      beginCell().storeBit(1).storeRef(fork).storeUint(0, 35).endCell(),
      params,
      keyManager,
    );
    expect(codeOf(() => viaBytes(cell))).toBe('CHAIN_DATA_INVALID');
    expect(codeOf(() => readRoot(cell))).toBe('CHAIN_DATA_INVALID');
  });

  it('rejects: labels longer than the key, and forks that hold more than two branches', () => {
    const leaf = beginCell().storeUint(0, 2).endCell();
    const bad = [
      beginCell().storeUint(0b10, 2).storeUint(257, 9).storeUint(0, 257).endCell(),
      beginCell().storeUint(0b110, 3).storeUint(511, 9).endCell(),
      beginCell().storeUint(0b1110, 4).storeUint(255, 9).storeRef(leaf).storeRef(leaf).endCell(),
      beginCell().storeUint(0b110, 3).storeUint(255, 9).storeRef(leaf).endCell(),
      beginCell()
        .storeUint(0b110, 3)
        .storeUint(255, 9)
        .storeRef(leaf)
        .storeRef(leaf)
        .storeRef(leaf)
        .endCell(),
    ];
    for (const [i, fork] of bad.entries()) {
      const cell = withRefs(
        beginCell().storeBit(1).storeRef(fork).storeUint(0, 35).endCell(),
        params,
        keyManager,
      );
      expect([i, codeOf(() => viaBytes(cell))]).toEqual([i, 'CHAIN_DATA_INVALID']);
    }
    const good = beginCell().storeUint(0b110, 3).storeUint(255, 9).storeRef(leaf).storeRef(leaf).endCell();
    const cell = withRefs(
      beginCell().storeBit(1).storeRef(good).storeUint(0, 35).endCell(),
      params,
      keyManager,
    );
    expect(viaBytes(cell).proxyHashes).toEqual(['0'.repeat(64), `${'0'.repeat(63)}1`]);
  });

  it('rejects: bytes that are no cells', () => {
    expect(codeOf(() => parseRegistry(new Uint8Array(10)))).toBe('BOC_INVALID');
  });
});
