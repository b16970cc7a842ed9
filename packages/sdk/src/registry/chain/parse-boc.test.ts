// Does our reader of cells see what @ton/core sees, and refuse whatever is not exactly one tree?
import { beginCell, Cell } from '@ton/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex, u16, utf8 } from '../../internal/bytes.js';
import { crc32c } from './crc32c.js';
import { type BocCell, parseBoc } from './parse-boc.js';

interface Tree {
  bits: readonly boolean[];
  children: readonly Tree[];
}
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    bits: fc.array(fc.boolean(), { maxLength: 1_023, size: 'max' }),
    children: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.constant<Tree[]>([]),
      fc.array(tie('tree'), { maxLength: 4 }),
    ),
  }),
}));

function build({ bits, children }: Tree): Cell {
  const builder = beginCell();
  for (const bit of bits) builder.storeBit(bit);
  for (const child of children) builder.storeRef(build(child));
  return builder.endCell();
}

function agree(ours: BocCell, theirs: Cell): void {
  expect(toHex(ours.hash)).toBe(theirs.hash().toString('hex'));
  expect(ours.depth).toBe(theirs.depth());
  expect(ours.bitLength).toBe(theirs.bits.length);
  for (let i = 0; i < ours.bitLength; i++) {
    if (((((ours.data[i >> 3] ?? 0) >> (7 - (i & 7))) & 1) === 1) !== theirs.bits.at(i))
      throw new Error(`bit ${i}`);
  }
  expect(ours.refs.length).toBe(theirs.refs.length);
  for (const [i, ref] of theirs.refs.entries()) {
    const own = ours.refs[i];
    if (own === undefined) throw new Error('no reference');
    agree(own, ref);
  }
}

const INVALID = { code: 'BOC_INVALID', kind: 'protocol' };
const refused = (boc: Uint8Array) =>
  expect(() => parseBoc(boc)).toThrowError(expect.objectContaining(INVALID));

/** A cell of whole bytes. */
const cell = (data: Uint8Array, ...refs: number[]) =>
  concat(Uint8Array.of(refs.length, 2 * data.length), data, ...refs.map(u16));

/** Two bytes for every reference and length. */
function bag(
  cells: readonly Uint8Array[],
  change: { roots?: number; absent?: number; root?: number; count?: number; total?: number } = {},
): Uint8Array {
  const body = concat(...cells);
  return concat(
    fromHex('b5ee9c720202'),
    u16(change.count ?? cells.length),
    u16(change.roots ?? 1),
    u16(change.absent ?? 0),
    u16(change.total ?? body.length),
    u16(change.root ?? 0),
    body,
  );
}
const LEAF = cell(utf8('leaf'));

describe('parseBoc', () => {
  it('accepts: what @ton/core writes, with and without index and checksum, to the same bits and hashes', () => {
    fc.assert(
      fc.property(tree, fc.boolean(), fc.boolean(), (shape, idx, crc32) => {
        const root = build(shape);
        agree(parseBoc(new Uint8Array(root.toBoc({ idx, crc32 }))), root);
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('accepts nothing that @ton/core reads otherwise: any byte changed, no checksum', () => {
    const root = build({
      bits: [true, false, true],
      children: [
        { bits: [], children: [] },
        { bits: [false], children: [{ bits: [true], children: [] }] },
      ],
    });
    const boc = new Uint8Array(root.toBoc({ idx: false, crc32: false }));
    let accepted = 0;
    for (let at = 0; at < boc.length; at++) {
      for (let value = 0; value < 256; value++) {
        const changed = Uint8Array.from(boc);
        changed[at] = value;
        let ours: BocCell | undefined;
        try {
          ours = parseBoc(changed);
        } catch (error) {
          expect(error).toMatchObject(INVALID);
        }
        if (ours === undefined) continue;
        accepted++;
        agree(ours, Cell.fromBoc(Buffer.from(changed))[0] ?? new Cell());
      }
    }
    expect(accepted).toBeGreaterThan(boc.length);
  });

  it('rejects: every cut, and anything behind the end', () => {
    const root = build({ bits: [true], children: [{ bits: [false, true], children: [] }] });
    for (const crc32 of [true, false]) {
      const boc = new Uint8Array(root.toBoc({ idx: true, crc32 }));
      for (let length = 0; length < boc.length; length++) refused(boc.subarray(0, length));
      refused(concat(boc, Uint8Array.of(0)));
    }
  });

  it('rejects: any flipped bit under the checksum', () => {
    const boc = new Uint8Array(
      build({ bits: [true, true], children: [] }).toBoc({ idx: false, crc32: true }),
    );
    for (let bit = 0; bit < boc.length * 8; bit++) {
      const flipped = Uint8Array.from(boc);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      refused(flipped);
    }
  });

  it('accepts: a bag made by hand; a cell that two others share', () => {
    const root = parseBoc(bag([cell(utf8('root'), 1, 2), cell(utf8('fork'), 2), LEAF]));
    expect(root.refs[1]).toBe(root.refs[0]?.refs[0]);
    expect(root.depth).toBe(2);
  });

  it('accepts: an index with cache bits', () => {
    const cells = [cell(utf8('root'), 1), LEAF];
    const ends = [cells[0]?.length ?? 0, (cells[0]?.length ?? 0) + LEAF.length];
    const indexed = (flags: number, index: readonly number[]) =>
      concat(
        fromHex('b5ee9c72'),
        Uint8Array.of(flags | 2, 2),
        ...[2, 1, 0, ends[1] ?? 0, 0, ...index].map(u16),
        ...cells,
      );
    const plain = toHex(parseBoc(bag(cells)).hash);
    expect(toHex(parseBoc(indexed(0x80, ends)).hash)).toBe(plain);
    expect(
      toHex(
        parseBoc(
          indexed(
            0xa0,
            ends.map((end) => 2 * end + 1),
          ),
        ).hash,
      ),
    ).toBe(plain);
    refused(indexed(0x80, [ends[0] ?? 0, (ends[1] ?? 0) - 1]));
    refused(indexed(0x20, []));
  });

  const hostile: Record<string, Uint8Array> = {
    'a cell that refers to itself': bag([cell(utf8('root'), 0)]),
    'a cycle of two cells': bag([cell(utf8('root'), 1), cell(utf8('loop'), 0)]),
    'a reference to a cell that is not there': bag([cell(utf8('root'), 7)]),
    'a cell that belongs to nothing': bag([cell(utf8('root')), LEAF]),
    'no cell': bag([]),
    'no root': bag([LEAF], { roots: 0 }),
    'two roots': bag([LEAF], { roots: 2 }),
    'an absent cell': bag([LEAF], { absent: 1 }),
    'a root that is not the first cell': bag([cell(utf8('root'), 1), LEAF], { root: 1 }),
    'fewer cells than announced': bag([LEAF], { count: 2 }),
    'more cells than announced': bag([cell(utf8('root')), LEAF], { count: 1 }),
    'a wrong length of all cells': bag([LEAF], { total: LEAF.length - 1 }),
    'five references': bag([concat(Uint8Array.of(5, 0), ...[1, 1, 1, 1, 1].map(u16)), LEAF]),
    'an exotic cell': bag([concat(Uint8Array.of(8, 2), utf8('x'))]),
    'a cell of a higher level': bag([concat(Uint8Array.of(0x20, 2), utf8('x'))]),
    'a cell with its hash beside it': bag([concat(Uint8Array.of(0x10, 2), new Uint8Array(34), utf8('x'))]),
    'an absent cell’s marker': bag([Uint8Array.of(0x17, 2, 0)]),
    'content without an end': bag([Uint8Array.of(0, 1, 0)]),
    'content whose end fills a byte': bag([Uint8Array.of(0, 3, 0xff, 0x80)]),
    'an older magic': concat(fromHex('68ff65f3'), bag([LEAF]).subarray(4)),
    'unused flags': concat(fromHex('b5ee9c720a'), bag([LEAF]).subarray(5)),
    'references of no bytes': concat(fromHex('b5ee9c7200'), bag([LEAF]).subarray(5)),
    'references of seven bytes': concat(fromHex('b5ee9c7207'), bag([LEAF]).subarray(5)),
    'lengths of nine bytes': concat(fromHex('b5ee9c720209'), bag([LEAF]).subarray(6)),
  };
  for (const [name, boc] of Object.entries(hostile)) it(`rejects: ${name}`, () => refused(boc));

  it('accepts a depth of 512, rejects one more', () => {
    const chain = (depth: number) =>
      bag(Array.from({ length: depth + 1 }, (_, i) => (i === depth ? LEAF : cell(utf8('link'), i + 1))));
    expect(parseBoc(chain(512)).depth).toBe(512);
    refused(chain(513));
  });

  it('accepts 10,000 cells and 262,144 bytes, rejects one more', () => {
    /** A tree of `count` cells with four branches at each fork; the root holds `extra` bytes, each other cell `bytes`. */
    const wide = (count: number, bytes: number, extra: number) => {
      const levels = Array.from({ length: count }, (_, i) => {
        const children = [1, 2, 3, 4].map((child) => 4 * i + child).filter((child) => child < count);
        return cell(new Uint8Array(i === 0 ? extra : bytes), ...children);
      });
      const body = concat(...levels);
      const total = Uint8Array.of(body.length >>> 16, body.length >>> 8, body.length);
      return concat(fromHex('b5ee9c720203'), ...[count, 1, 0].map(u16), total, u16(0), body);
    };
    expect(parseBoc(wide(10_000, 1, 1)).refs.length).toBe(4);
    refused(wide(10_001, 1, 1));
    const rest = 262_144 - wide(2_001, 127, 0).length;
    expect(rest).toBeLessThan(127);
    const full = wide(2_001, 127, rest);
    expect(full.length).toBe(262_144);
    expect(parseBoc(full).refs.length).toBe(4);
    refused(wide(2_001, 127, rest + 1));
  });

  it('never throws anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        refused(bytes);
        refused(concat(fromHex('b5ee9c72'), Uint8Array.of(0x01, 0x01), bytes.subarray(0, 3)));
      }),
      { seed: 11 },
    );
  });
});

it('crc32c: the check value of the algorithm', () => {
  expect(crc32c(utf8('123456789'))).toBe(0xe3069283);
});
