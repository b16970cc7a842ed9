// What is in this archive, and does it unpack to something reasonable? Names are only keys: nothing is ever written to a disk.
import { Inflate } from 'fflate';
import { decodeText } from '../decode-text.js';
import { DocumentFailure } from '../document-failure.js';
import { ZIP_LIMITS, type ZipLimits } from '../document-limits.js';
import { readZipDirectory, type ZipEntry } from './read-zip-directory.js';

/** Pushed at once, so that a bomb is noticed after at most a thousand times as much. */
const SLICE_BYTES = 16 * 1024;

export interface Zip {
  has(name: string): boolean;
  names(): IterableIterator<string>;
  /** @throws DocumentFailure `DOCUMENT_UNREADABLE` when it is absent or damaged, `ARCHIVE_BOMB` */
  read(name: string): Uint8Array;
  text(name: string): string;
}

/** @throws DocumentFailure `DOCUMENT_UNREADABLE`, `DOCUMENT_ENCRYPTED`, `DOCUMENT_UNSAFE`, `ARCHIVE_BOMB` */
export function openZip(bytes: Uint8Array, limits: ZipLimits = ZIP_LIMITS): Zip {
  const entries = readZipDirectory(bytes, limits);
  let total = 0;
  const read = (name: string): Uint8Array => {
    const entry = entries.get(name);
    if (entry === undefined) throw new DocumentFailure('DOCUMENT_UNREADABLE');
    checkSize(entry, limits);
    total += entry.size;
    if (total > limits.maxTotalBytes) throw bomb('totalBytes', limits.maxTotalBytes);
    const packed = bytes.subarray(entry.start, entry.start + entry.packedSize);
    return entry.method === 0 ? stored(entry, packed) : inflated(entry, packed);
  };
  return {
    has: (name) => entries.has(name),
    names: () => entries.keys(),
    read,
    text: (name) => decodeText(read(name)).text,
  };
}

function checkSize({ size, packedSize }: ZipEntry, { maxEntryBytes, maxRatio, ratioFrom }: ZipLimits): void {
  if (size > maxEntryBytes) throw bomb('entryBytes', maxEntryBytes);
  if (size > ratioFrom && size > packedSize * maxRatio) throw bomb('ratio', maxRatio);
}

function stored({ size, packedSize }: ZipEntry, packed: Uint8Array): Uint8Array {
  if (size !== packedSize) throw new DocumentFailure('DOCUMENT_UNREADABLE');
  return packed;
}

/** The size in the directory is a claim: what comes out is counted. */
function inflated({ size }: ZipEntry, packed: Uint8Array): Uint8Array {
  const out = new Uint8Array(size);
  let length = 0;
  const inflate = new Inflate((piece) => {
    if (length + piece.length > size) throw bomb('declaredBytes', size);
    out.set(piece, length);
    length += piece.length;
  });
  try {
    for (let place = 0; place < packed.length; place += SLICE_BYTES) {
      const end = Math.min(packed.length, place + SLICE_BYTES);
      inflate.push(packed.subarray(place, end), end === packed.length);
    }
  } catch (cause) {
    throw cause instanceof DocumentFailure ? cause : new DocumentFailure('DOCUMENT_UNREADABLE');
  }
  if (length !== size) throw new DocumentFailure('DOCUMENT_UNREADABLE');
  return out;
}

function bomb(limit: string, most: number): DocumentFailure {
  return new DocumentFailure('ARCHIVE_BOMB', { limit, most });
}
