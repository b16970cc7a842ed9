// Which entries does a zip archive have, and where? (PKWARE APPNOTE 4.3.7, 4.3.12, 4.3.16; no Zip64: files are small here.)
import { DocumentFailure } from '../document-failure.js';
import type { ZipLimits } from '../document-limits.js';

export interface ZipEntry {
  readonly method: 0 | 8;
  /** Unpacked, as the directory claims. */
  readonly size: number;
  readonly packedSize: number;
  /** Where the packed bytes begin. */
  readonly start: number;
}

const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;

/** @throws DocumentFailure `DOCUMENT_UNREADABLE`, `DOCUMENT_ENCRYPTED`, `DOCUMENT_UNSAFE`, `ARCHIVE_BOMB` */
export function readZipDirectory(bytes: Uint8Array, { maxEntries }: ZipLimits): Map<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  if (count > maxEntries) {
    throw new DocumentFailure('ARCHIVE_BOMB', { limit: 'entries', most: maxEntries });
  }
  const entries = new Map<string, ZipEntry>();
  const used: [start: number, end: number][] = [];
  let place = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    need(place + CENTRAL_BYTES <= end && view.getUint32(place, true) === 0x02014b50);
    const nameLength = view.getUint16(place + 28, true);
    const next =
      place +
      CENTRAL_BYTES +
      nameLength +
      view.getUint16(place + 30, true) +
      view.getUint16(place + 32, true);
    need(next <= end);
    const name = nameAt(bytes, place + CENTRAL_BYTES, nameLength);
    const { entry, from } = entryAt(view, bytes, place, name);
    if (entries.has(name)) throw unsafe('duplicate');
    // Entries that share bytes are how a small archive unpacks to a huge one.
    used.push([from, entry.start + entry.packedSize]);
    if (!name.endsWith('/')) entries.set(name, entry);
    place = next;
  }
  used.sort(([a], [b]) => a - b);
  if (used.some(([from], index) => index > 0 && from < (used[index - 1]?.[1] ?? 0))) {
    throw new DocumentFailure('ARCHIVE_BOMB', { limit: 'overlap' });
  }
  return entries;
}

/** The end record stands at the very end, or before a comment of exactly the length it names. */
function findEnd(view: DataView): number {
  const first = Math.max(0, view.byteLength - END_BYTES - COMMENT_BYTES_MAX);
  for (let place = view.byteLength - END_BYTES; place >= first; place--) {
    const isEnd = view.getUint32(place, true) === 0x06054b50;
    if (isEnd && place + END_BYTES + view.getUint16(place + 20, true) === view.byteLength) return place;
  }
  throw new DocumentFailure('DOCUMENT_UNREADABLE');
}

function entryAt(
  view: DataView,
  bytes: Uint8Array,
  place: number,
  name: string,
): { entry: ZipEntry; from: number } {
  const flags = view.getUint16(place + 8, true);
  if ((flags & 1) !== 0) throw new DocumentFailure('DOCUMENT_ENCRYPTED');
  const method = view.getUint16(place + 10, true);
  need(method === 0 || method === 8);
  const packedSize = view.getUint32(place + 20, true);
  const size = view.getUint32(place + 24, true);
  const from = view.getUint32(place + 42, true);
  need(from + LOCAL_BYTES <= view.byteLength && view.getUint32(from, true) === 0x04034b50);
  const nameLength = view.getUint16(from + 26, true);
  const start = from + LOCAL_BYTES + nameLength + view.getUint16(from + 28, true);
  need(start + packedSize <= view.byteLength);
  // Two programs that believe different headers would see different documents.
  if (nameAt(bytes, from + LOCAL_BYTES, nameLength) !== name) throw unsafe('names');
  return { entry: { method: method === 0 ? 0 : 8, size, packedSize, start }, from };
}

function nameAt(bytes: Uint8Array, start: number, length: number): string {
  const name = new TextDecoder().decode(bytes.subarray(start, start + length));
  if (/^[/\\]|^[a-z]:|\\|\0|(?:^|\/)\.\.?(?:\/|$)/i.test(name)) throw unsafe('path');
  return name;
}

function need(isWhole: boolean): asserts isWhole {
  if (!isWhole) throw new DocumentFailure('DOCUMENT_UNREADABLE');
}

function unsafe(reason: string): DocumentFailure {
  return new DocumentFailure('DOCUMENT_UNSAFE', { reason });
}
