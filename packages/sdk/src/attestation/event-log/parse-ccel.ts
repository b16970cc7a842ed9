// Which events does a confidential computing event log (CCEL) hold? Shape only; TCG PC Client Platform Firmware Profile, "Event Logging".
import { fromUtf8 } from '../../internal/bytes.js';
import { Cursor, expectFormat } from '../format/cursor.js';
import { EVENT_TYPES } from './event-types.js';
import { MAX_EVENTS, type ParsedLog, type RawEvent, rtmrIndex } from './raw-event.js';

const END = 0xffffffff;
const SHA1_BYTES = 20;
const SHA384 = 0x0c;
const SHA384_BYTES = 48;
const MAX_ALGORITHMS = 8;
/** Register, type and number of digests. */
const FIXED_BYTES = 12;
const TABLE_BYTES = 56;
const TDX = 2;

/** Reads a log area: the header in the old form, then records up to the end mark or the end of the area. */
export function parseCcel(area: Uint8Array): ParsedLog {
  const cursor = new Cursor(area);
  const sizes = readHeader(cursor);
  const events: RawEvent[] = [];
  let used = cursor.offset;
  while (!atEnd(area, cursor)) {
    const event = readEvent(cursor, sizes);
    if (event !== undefined) events.push(event);
    expectFormat(events.length <= MAX_EVENTS, 'too many events');
    used = cursor.offset;
  }
  return { format: 'ccel', events, used: area.subarray(0, used) };
}

/** Checks the ACPI table that describes a log area (ACPI specification 6.5, CCEL) against the area. */
export function checkCcelTable(table: Uint8Array, area: Uint8Array): void {
  expectFormat(table.length === TABLE_BYTES, 'CCEL table of another size');
  const cursor = new Cursor(table);
  expectFormat(fromUtf8(cursor.take(4)) === 'CCEL', 'no CCEL table');
  expectFormat(cursor.u32() === TABLE_BYTES, 'CCEL table of another length');
  cursor.take(28);
  expectFormat(cursor.take(1)[0] === TDX, 'CCEL table not of TDX');
  cursor.take(3);
  const [length, high] = [cursor.u32(), cursor.u32()];
  expectFormat(high === 0 && area.length <= length, 'log longer than its CCEL table says');
  const sum = table.reduce((total, byte) => (total + byte) & 0xff, 0);
  expectFormat(sum === 0, 'CCEL table with a bad checksum');
}

/** The first record is in the form of TCG 1.2 and says which digests the others carry. */
function readHeader(cursor: Cursor): Map<number, number> {
  cursor.u32();
  expectFormat(cursor.u32() === EVENT_TYPES.EV_NO_ACTION, 'no header record');
  expectFormat(
    cursor.take(SHA1_BYTES).every((byte) => byte === 0),
    'header record with a digest',
  );
  const header = new Cursor(cursor.take(cursor.u32()));
  expectFormat(fromUtf8(header.take(16)) === 'Spec ID Event03\0', 'unknown header record');
  header.take(8);
  const count = header.u32();
  expectFormat(count > 0 && count <= MAX_ALGORITHMS, 'number of digest algorithms');
  const sizes = new Map<number, number>();
  for (let i = 0; i < count; i++) sizes.set(header.u16(), header.u16());
  expectFormat(sizes.size === count, 'digest algorithm twice');
  expectFormat(sizes.get(SHA384) === SHA384_BYTES, 'no SHA-384');
  header.take(header.take(1)[0] ?? 0);
  header.end();
  return sizes;
}

/** Unwritten area is all ones or all zero: an end mark followed by anything else would hide events from one of two readers. */
function atEnd(area: Uint8Array, cursor: Cursor): boolean {
  if (cursor.remaining === 0) return true;
  const rest = area.subarray(cursor.offset);
  if (rest.length >= 4 && new Cursor(rest).u32() === END) return true;
  return rest.length >= FIXED_BYTES && rest.every((byte) => byte === 0);
}

/** A record, or nothing for EV_NO_ACTION, which extends no register. */
function readEvent(cursor: Cursor, sizes: ReadonlyMap<number, number>): RawEvent | undefined {
  const register = cursor.u32();
  const type = cursor.u32();
  const count = cursor.u32();
  expectFormat(count === sizes.size, 'digests missing');
  let digest: Uint8Array | undefined;
  const seen = new Set<number>();
  for (let i = 0; i < count; i++) {
    const algorithm = cursor.u16();
    const size = sizes.get(algorithm);
    expectFormat(size !== undefined && !seen.has(algorithm), 'digest of an unannounced algorithm');
    seen.add(algorithm);
    const value = cursor.take(size);
    if (algorithm === SHA384) digest = value;
  }
  const data = cursor.take(cursor.u32());
  if (type === EVENT_TYPES.EV_NO_ACTION) return undefined;
  // Register 0 of the log is MRTD, which nothing extends after the start.
  return { rtmr: rtmrIndex(register - 1), type, digest, data };
}
