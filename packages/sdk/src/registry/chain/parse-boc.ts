// Which cells does a TON bag of cells hold, and what is the root's hash? For pages, which should not load a whole chain library.
import { CocoonError } from '../../errors.js';
import { concat, u16 } from '../../internal/bytes.js';
import { sha256 } from '../../internal/sha256.js';
import { crc32c } from './crc32c.js';

/** An ordinary cell. */
export interface BocCell {
  /** `ceil(bitLength / 8)` bytes; what follows the last bit is completion, not content. */
  readonly data: Uint8Array;
  /** 0 to 1023. */
  readonly bitLength: number;
  /** 0 to 4. */
  readonly refs: readonly BocCell[];
  /** Representation hash: SHA-256 over everything below, 32 bytes. */
  readonly hash: Uint8Array;
  /** 0 for a cell without references. */
  readonly depth: number;
}

const MAGIC = 0xb5ee9c72;
const MAX_BYTES = 262_144;
const MAX_CELLS = 10_000;
const MAX_DEPTH = 512;
const MAX_REFS = 4;
/** 1023 bits: 127 whole bytes and one with completion. */
const MAX_DESCRIPTOR = 255;
const FLAG_INDEX = 0x80;
const FLAG_CRC = 0x40;
const FLAG_CACHE_BITS = 0x20;
const FLAGS_UNUSED = 0x18;

interface Raw {
  readonly descriptors: Uint8Array;
  readonly data: Uint8Array;
  readonly bitLength: number;
  readonly refs: readonly number[];
}

/**
 * One root, ordinary cells only, each of them part of the tree, references only to later cells, nothing left over; at most 262,144 bytes,
 * 10,000 cells and a depth of 512.
 * @throws CocoonError `BOC_INVALID`
 */
export function parseBoc(boc: Uint8Array): BocCell {
  if (boc.length > MAX_BYTES) throw bocInvalid(`it is longer than ${MAX_BYTES} bytes`);
  const reader = new Reader(boc);
  if (reader.uint(4) !== MAGIC) throw bocInvalid('it does not begin like one');
  const flags = reader.uint(1);
  const size = flags & 7;
  const offsetSize = reader.uint(1);
  if ((flags & FLAGS_UNUSED) !== 0 || size < 1 || size > 4 || offsetSize < 1 || offsetSize > 8) {
    throw bocInvalid('its header holds impossible sizes');
  }
  const hasIndex = (flags & FLAG_INDEX) !== 0;
  const hasCacheBits = (flags & FLAG_CACHE_BITS) !== 0;
  if (hasCacheBits && !hasIndex) throw bocInvalid('it marks entries of an index that is not there');
  const count = reader.uint(size);
  if (count < 1 || count > MAX_CELLS) throw bocInvalid(`it must hold 1 to ${MAX_CELLS} cells`);
  if (reader.uint(size) !== 1 || reader.uint(size) !== 0) throw bocInvalid('it must hold one whole tree');
  const total = reader.uint(offsetSize);
  if (reader.uint(size) !== 0) throw bocInvalid('its first cell is not the root');
  const index = hasIndex ? Array.from({ length: count }, () => reader.uint(offsetSize)) : undefined;

  const start = reader.offset;
  const raw: Raw[] = [];
  for (let at = 0; at < count; at++) {
    raw.push(readCell(reader, size));
    const entry = index?.[at];
    const end = hasCacheBits && entry !== undefined ? Math.floor(entry / 2) : entry;
    if (end !== undefined && end !== reader.offset - start) throw bocInvalid('its index is wrong');
  }
  if (reader.offset - start !== total) throw bocInvalid('its cells have another length than it says');
  if ((flags & FLAG_CRC) !== 0) {
    const expected = crc32c(boc.subarray(0, reader.offset));
    const found = reader.bytes(4);
    if (found.some((byte, i) => byte !== ((expected >>> (8 * i)) & 0xff)))
      throw bocInvalid('its checksum is wrong');
  }
  if (reader.offset !== boc.length) throw bocInvalid('something follows it');
  return link(raw);
}

/** From the last cell to the first: what a cell refers to is always there already, so there are no cycles to look for. */
function link(raw: readonly Raw[]): BocCell {
  const cells: BocCell[] = [];
  const used = new Set<number>([0]);
  for (let at = raw.length - 1; at >= 0; at--) {
    const { descriptors, data, bitLength, refs: targets } = raw[at] ?? missing();
    const refs = targets.map((target) => {
      if (target <= at) throw bocInvalid('a cell refers to itself or to an earlier one');
      used.add(target);
      return cells[target] ?? missing();
    });
    const depth = refs.reduce((most, ref) => Math.max(most, ref.depth + 1), 0);
    if (depth > MAX_DEPTH) throw bocInvalid(`its tree is deeper than ${MAX_DEPTH}`);
    const hash = sha256(
      concat(descriptors, data, ...refs.map((ref) => u16(ref.depth)), ...refs.map((ref) => ref.hash)),
    );
    cells[at] = { data, bitLength, refs, hash, depth };
  }
  if (used.size !== raw.length) throw bocInvalid('a cell belongs to nothing');
  return cells[0] ?? missing();
}

function readCell(reader: Reader, size: number): Raw {
  const descriptors = reader.bytes(2);
  const [kind = MAX_DESCRIPTOR, length = MAX_DESCRIPTOR] = descriptors;
  // Exotic cells, stored hashes and levels are further bits of the same byte.
  if (kind > MAX_REFS) throw bocInvalid('it holds a cell that is not ordinary');
  const data = reader.bytes(Math.ceil(length / 2));
  let bitLength = data.length * 8;
  if (length % 2 === 1) {
    // The content ends before the last bit that is set.
    const last = data.at(-1) ?? 0;
    if (last === 0 || last === 0x80) throw bocInvalid('a cell’s content has no proper end');
    bitLength -= 32 - Math.clz32(last & -last);
  }
  return { descriptors, data, bitLength, refs: Array.from({ length: kind }, () => reader.uint(size)) };
}

class Reader {
  offset = 0;
  readonly #source: Uint8Array;

  constructor(source: Uint8Array) {
    this.#source = source;
  }

  bytes(length: number): Uint8Array {
    if (length > this.#source.length - this.offset) throw bocInvalid('it ends too early');
    this.offset += length;
    return this.#source.subarray(this.offset - length, this.offset);
  }

  /** Big-endian. What exceeds 2^53 loses its last digits, and is far beyond every limit. */
  uint(length: number): number {
    return this.bytes(length).reduce((value, byte) => value * 256 + byte, 0);
  }
}

function missing(): never {
  throw bocInvalid('a cell refers to one that is not there');
}

function bocInvalid(why: string): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code: 'BOC_INVALID',
    message: `A bag of cells cannot be read: ${why}.`,
    remedy: 'Ask another endpoint or take another file; nothing of this one was used.',
  });
}
