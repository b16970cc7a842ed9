// How is an encrypted model file laid out? (PROTOCOL.md §17.1)
import { concat, readU16, u16, utf8 } from '../internal/bytes.js';
import { bytes, digest, text, u16 as u16Field, u32, u64 } from './fields.js';
import { malformed } from './malformed.js';
import { TAG_BYTES } from './suites.js';
import { defineLayout, type Layout, optional, required } from './tlv.js';

/** What the owner says of the weights. In clear, and every chunk is bound to these bytes. */
export interface SealedModelHeader {
  version: number;
  /** Makes the keys of each file its own. */
  salt: Uint8Array;
  /** Plain bytes of each chunk but the last: a power of two. */
  chunkBytes: number;
  /** Plain bytes of the whole. */
  size: bigint;
  /** SHA-256 of the plain file. */
  sha256: Uint8Array;
  /** For people. */
  name?: string | undefined;
}

export const SEALED_MODEL_VERSION = 1;
export const DEFAULT_MODEL_CHUNK_BYTES = 1024 * 1024;
const MIN_CHUNK_BYTES = 4_096;
const MAX_CHUNK_BYTES = 4 * 1024 * 1024;
const MAX_MODEL_BYTES = 2 ** 42;
const MAX_HEADER_BYTES = 512;
const MAGIC = utf8('CKM1');
const PROOF_BYTES = 32;
const HEAD_BYTES = MAGIC.length + 2;

/** Everything before the first chunk fits into this many bytes. */
export const MAX_MODEL_PREFIX_BYTES = HEAD_BYTES + MAX_HEADER_BYTES + PROOF_BYTES;

export const sealedModelHeaderLayout: Layout<SealedModelHeader> = defineLayout<SealedModelHeader>(
  'SealedModelHeader',
  {
    version: required(2, u16Field),
    salt: required(4, bytes(32)),
    chunkBytes: required(6, u32),
    size: required(8, u64),
    sha256: required(10, digest),
    name: optional(11, text(256)),
  },
);

export interface SealedModelPrefix {
  header: SealedModelHeader;
  /** As they are in the file: the digest and the keys are made from them. */
  headerBytes: Uint8Array;
  /** Shows whether a key belongs to the file. */
  proof: Uint8Array;
  /** Where the first chunk begins. */
  length: number;
}

/** @throws CocoonError `MALFORMED` for values no reader would accept */
export function encodeModelHeader(header: SealedModelHeader): Uint8Array<ArrayBuffer> {
  checkHeader(header);
  return sealedModelHeaderLayout.encode(header);
}

export function encodeModelPrefix(headerBytes: Uint8Array, proof: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(MAGIC, u16(headerBytes.length), headerBytes, proof);
}

/**
 * `start`: the file's first `MAX_MODEL_PREFIX_BYTES` bytes, or all of a shorter one. Shape only: nothing is authenticated yet.
 * @throws CocoonError `MALFORMED`, `UNSUPPORTED_FIELD`
 */
export function decodeModelPrefix(start: Uint8Array): SealedModelPrefix {
  if (start.length < HEAD_BYTES || MAGIC.some((byte, i) => start[i] !== byte))
    throw malformed('SealedModel', 'another kind of file');
  const length = readU16(start, MAGIC.length);
  if (length > MAX_HEADER_BYTES) throw malformed('SealedModel', 'header too long');
  const end = HEAD_BYTES + length;
  if (start.length < end + PROOF_BYTES) throw malformed('SealedModel', 'ends within its header');
  const headerBytes = start.slice(HEAD_BYTES, end);
  const header = sealedModelHeaderLayout.decode(headerBytes);
  checkHeader(header);
  return { header, headerBytes, proof: start.slice(end, end + PROOF_BYTES), length: end + PROOF_BYTES };
}

function checkHeader({ version, chunkBytes, size }: SealedModelHeader): void {
  if (version !== SEALED_MODEL_VERSION) throw malformed('SealedModelHeader', 'another version');
  const isPower = (chunkBytes & (chunkBytes - 1)) === 0;
  if (!isPower || chunkBytes < MIN_CHUNK_BYTES || chunkBytes > MAX_CHUNK_BYTES)
    throw malformed('SealedModelHeader', 'chunk size out of range');
  if (size < 1n || size > BigInt(MAX_MODEL_BYTES)) throw malformed('SealedModelHeader', 'size out of range');
}

export function modelChunks({ size, chunkBytes }: SealedModelHeader): number {
  return Math.ceil(Number(size) / chunkBytes);
}

/** Plain bytes of chunk `index`, counted from 0. */
export function modelChunkLength(header: SealedModelHeader, index: number): number {
  return Math.min(header.chunkBytes, Number(header.size) - index * header.chunkBytes);
}

/** How long a whole file with this prefix is. */
export function sealedModelBytes({ header, length }: Pick<SealedModelPrefix, 'header' | 'length'>): number {
  return length + Number(header.size) + modelChunks(header) * TAG_BYTES;
}
