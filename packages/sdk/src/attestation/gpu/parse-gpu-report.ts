// What does an NVIDIA GPU report say? SPDM 1.1 GET_MEASUREMENTS request and MEASUREMENTS response (DMTF DSP0274 1.1, 10.11), one after the other.
import { toHex } from '../../internal/bytes.js';
import { Cursor, expectFormat } from '../format/cursor.js';

const MAX_REPORT_BYTES = 8_192;
const SIGNATURE_BYTES = 96;
/** SPDM 1.1, GET_MEASUREMENTS, signature asked for, all blocks. */
const REQUEST_HEAD = '11e001ff';
/** SPDM 1.1, MEASUREMENTS, no parameters. */
const RESPONSE_HEAD = '11600000';
const DMTF_MEASUREMENT = 1;
const DIGEST_BYTES = 48;
/** Set when a block holds raw data instead of a digest. */
const RAW_BIT = 0x80;

/** One measurement block as the GPU reports it. */
export interface GpuMeasurement {
  /** From 1. */
  readonly index: number;
  /** DMTF measurement value type. */
  readonly type: number;
  /** SHA-384, 96 hex digits; all zero when the GPU measures nothing there. */
  readonly digest: string;
}

export interface GpuReport {
  /** 32 bytes the asker chose. */
  readonly nonce: Uint8Array;
  readonly measurements: readonly GpuMeasurement[];
  /** NVIDIA's opaque data by its type. */
  readonly opaque: ReadonlyMap<number, Uint8Array>;
  /** Request and response without the signature: what is signed. */
  readonly signed: Uint8Array;
  /** r ‖ s, 96 bytes. */
  readonly signature: Uint8Array;
}

/** @throws FormatError */
export function parseGpuReport(bytes: Uint8Array): GpuReport {
  expectFormat(bytes.length <= MAX_REPORT_BYTES, 'too long');
  const cursor = new Cursor(bytes);
  expectFormat(toHex(cursor.take(4)) === REQUEST_HEAD, 'not a request for all measurements');
  const nonce = cursor.take(32);
  const slot = byte(cursor);
  expectFormat(slot === 0, 'certificate slot');
  expectFormat(toHex(cursor.take(4)) === RESPONSE_HEAD, 'not a measurements response');
  const count = byte(cursor);
  const recordLength = cursor.u16() + byte(cursor) * 65_536;
  const measurements = readMeasurements(new Cursor(cursor.take(recordLength)), count);
  // The GPU's own nonce: it makes the signature fresh for the GPU, and says nothing to us.
  cursor.take(32);
  const opaque = readOpaque(new Cursor(cursor.take(cursor.u16())));
  const end = cursor.offset;
  const signature = cursor.take(SIGNATURE_BYTES);
  // Some collectors keep one zero byte behind the report. It is not signed, and nothing else may be there.
  if (cursor.remaining === 1) expectFormat(byte(cursor) === 0, 'extra bytes');
  cursor.end();
  return { nonce, measurements, opaque, signed: bytes.subarray(0, end), signature };
}

function readMeasurements(record: Cursor, count: number): GpuMeasurement[] {
  const out: GpuMeasurement[] = [];
  for (let index = 1; index <= count; index++) {
    expectFormat(byte(record) === index, 'measurement out of order');
    expectFormat(byte(record) === DMTF_MEASUREMENT, 'measurement of another standard');
    const block = new Cursor(record.take(record.u16()));
    const type = byte(block);
    expectFormat((type & RAW_BIT) === 0, 'raw measurement');
    expectFormat(block.u16() === DIGEST_BYTES, 'measurement of another hash');
    out.push({ index, type, digest: toHex(block.take(DIGEST_BYTES)) });
    block.end();
  }
  record.end();
  return out;
}

function readOpaque(data: Cursor): ReadonlyMap<number, Uint8Array> {
  const fields = new Map<number, Uint8Array>();
  while (data.remaining > 0) {
    const type = data.u16();
    expectFormat(!fields.has(type), 'opaque data twice');
    fields.set(type, data.take(data.u16()));
  }
  return fields;
}

function byte(cursor: Cursor): number {
  return cursor.take(1)[0] ?? 0;
}
