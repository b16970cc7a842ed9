// Which parts of a TDX firmware file does the host place in the machine's memory? Intel TDX Virtual Firmware Design Guide, "TDVF Metadata".
import { equalBytes, fromHex, utf8 } from '../../internal/bytes.js';
import { checkEvent, parseEventAs } from '../event-log/event-fail.js';
import { Cursor, expectFormat } from '../format/cursor.js';

/** A part of the firmware; sizes and addresses in bytes, whole pages. */
export interface FirmwareSection {
  readonly address: number;
  readonly size: number;
  /** The content is measured too (MR.EXTEND). Without it only the pages' addresses are. */
  readonly extended: boolean;
  /** The machine takes these pages after its start: nothing of them is measured. */
  readonly augmented: boolean;
  /** What the file holds for it; empty for memory that starts as zeros. */
  readonly data: Uint8Array;
}

export const PAGE_BYTES = 4_096;
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_SECTIONS = 64;
/** Firmware in use places less than 20 MiB. */
const MAX_PLACED_BYTES = 256 * 1024 * 1024;
const TOP_OF_ADDRESSES = 2 ** 32;

/** The reset vector follows the table. */
const BYTES_AFTER_TABLE = 32;
/** Length of an entry with this header, and its GUID. */
const ENTRY_HEADER_BYTES = 18;
// GUIDs as they lie in the file: the first three groups are little-endian.
const TABLE_FOOTER = fromHex('de82b596b21ff745baeaa366c55a082d');
const METADATA_OFFSET = fromHex('35657ae44a989847865e4685a7bf8ec2');
const DESCRIPTOR_BYTES = 16;
const VERSION = 1;
/** Firmware volume, its variables, list of memory, memory for the start, memory for good. The host can place no other. */
const TYPES_WITH_DATA = [0, 1];
const LAST_TYPE = 4;
const EXTEND = 1;
const AUGMENT = 2;

/**
 * Reads the metadata of a TDX firmware file (TDVF, OVMF).
 * @throws CocoonError `ATTESTATION_MEASURE_FIRMWARE`
 */
export function parseFirmware(file: Uint8Array): readonly FirmwareSection[] {
  checkEvent(file.length <= MAX_FILE_BYTES, 'MEASURE_FIRMWARE', `larger than ${MAX_FILE_BYTES} bytes`);
  return parseEventAs('MEASURE_FIRMWARE', 'firmware', () => {
    const metadata = new Cursor(file.subarray(metadataStart(file)));
    expectFormat(equalBytes(metadata.take(4), utf8('TDVF')), 'no TDVF metadata');
    // The length says whatever the build tool counted; the number of sections decides.
    metadata.u32();
    expectFormat(metadata.u32() === VERSION, 'metadata of another version');
    const count = metadata.u32();
    expectFormat(count > 0 && count <= MAX_SECTIONS, 'number of sections');
    const sections = Array.from({ length: count }, () => readSection(metadata, file));
    checkPlaces(sections);
    return sections;
  });
}

/** The table of GUIDs is read backwards from its footer; one entry says how far from the end of the file the metadata is. */
function metadataStart(file: Uint8Array): number {
  const end = file.length - BYTES_AFTER_TABLE;
  expectFormat(end >= ENTRY_HEADER_BYTES, 'no table of GUIDs');
  const [footer, size] = entryHeader(file, end);
  expectFormat(equalBytes(footer, TABLE_FOOTER), 'no table of GUIDs');
  expectFormat(size >= ENTRY_HEADER_BYTES && size <= end, 'length of the table');
  const start = end - size;
  let from: number | undefined;
  for (let at = end - ENTRY_HEADER_BYTES; at > start; ) {
    expectFormat(at - start >= ENTRY_HEADER_BYTES, 'table entry cut');
    const [guid, length] = entryHeader(file, at);
    expectFormat(length >= ENTRY_HEADER_BYTES && length <= at - start, 'length of a table entry');
    if (equalBytes(guid, METADATA_OFFSET)) {
      expectFormat(from === undefined, 'metadata named twice');
      const value = new Cursor(file.subarray(at - length, at - ENTRY_HEADER_BYTES));
      from = value.u32();
      value.end();
    }
    at -= length;
  }
  expectFormat(from !== undefined, 'not a TDX firmware: no metadata named');
  expectFormat(from >= DESCRIPTOR_BYTES && from <= file.length, 'metadata outside the file');
  return file.length - from;
}

function entryHeader(file: Uint8Array, end: number): [guid: Uint8Array, length: number] {
  const header = new Cursor(file.subarray(end - ENTRY_HEADER_BYTES, end));
  const length = header.u16();
  return [header.take(16), length];
}

function readSection(metadata: Cursor, file: Uint8Array): FirmwareSection {
  const [offset, stored] = [metadata.u32(), metadata.u32()];
  const [address, size] = [low64(metadata), low64(metadata)];
  const [type, attributes] = [metadata.u32(), metadata.u32()];
  expectFormat(type <= LAST_TYPE, 'section of an unknown type');
  expectFormat(attributes <= (EXTEND | AUGMENT), 'section with an unknown attribute');
  expectFormat(address % PAGE_BYTES === 0 && size % PAGE_BYTES === 0, 'section not of whole pages');
  expectFormat(size > 0 && address + size <= TOP_OF_ADDRESSES, 'section outside the first 4 GiB');
  const [extended, augmented] = [(attributes & EXTEND) !== 0, (attributes & AUGMENT) !== 0];
  expectFormat(!(extended && augmented), 'section measured and added later');
  expectFormat(TYPES_WITH_DATA.includes(type) === stored > 0, 'section with data where none belongs');
  expectFormat(offset + stored <= file.length, 'section outside the file');
  // What would fill the rest is the host's affair: such a value could not be computed.
  expectFormat(stored <= size && (!extended || stored === size), 'measured section not wholly in the file');
  return { address, size, extended, augmented, data: file.subarray(offset, offset + stored) };
}

function low64(cursor: Cursor): number {
  const low = cursor.u32();
  expectFormat(cursor.u32() === 0, 'section outside the first 4 GiB');
  return low;
}

/** The same page twice cannot be added: such a machine does not start. */
function checkPlaces(sections: readonly FirmwareSection[]): void {
  const ordered = [...sections].sort((one, other) => one.address - other.address);
  let [end, total] = [0, 0];
  for (const { address, size } of ordered) {
    expectFormat(address >= end, 'sections overlap');
    [end, total] = [address + size, total + size];
  }
  expectFormat(total <= MAX_PLACED_BYTES, 'sections too large');
}
