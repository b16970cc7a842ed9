// How is an answer cut into records on the wire? (PROTOCOL.md §8.1)
import { concat, readU32, u32 } from '../internal/bytes.js';
import { LIMITS } from './limits.js';
import { malformed } from './malformed.js';

/** `head` and `frame` come from the worker, `proxy` from the proxy; all are sealed to the client except the head's public parts. */
export type RecordKind = 'head' | 'frame' | 'proxy';

export interface WireRecord {
  kind: RecordKind;
  payload: Uint8Array;
  /** The record as it travelled: kind, length, payload. Transcripts hash these bytes. */
  bytes: Uint8Array;
}

const NUMBERS = { head: 1, frame: 2, proxy: 3 } as const;
const KINDS: Readonly<Record<number, RecordKind>> = { 1: 'head', 2: 'frame', 3: 'proxy' };
export const RECORD_HEADER_BYTES = 5;

/** u8 kind ‖ u32 length ‖ payload */
export function encodeRecord(kind: RecordKind, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(Uint8Array.of(NUMBERS[kind]), u32(payload.length), payload);
}

/** Cuts a byte stream into records; holds back at most one incomplete record. */
export class RecordReader {
  #pending: Uint8Array = new Uint8Array(0);

  /** @throws CocoonError `MALFORMED` on an unknown kind or a record above the limit */
  *push(chunk: Uint8Array): Generator<WireRecord> {
    let bytes = this.#pending.length === 0 ? chunk : concat(this.#pending, chunk);
    for (;;) {
      if (bytes.length < RECORD_HEADER_BYTES) break;
      const kind = KINDS[bytes[0] ?? 0];
      if (kind === undefined) throw malformed('record', 'unknown kind');
      const length = readU32(bytes, 1);
      if (length > LIMITS.recordBytes) throw malformed('record', 'too long');
      const end = RECORD_HEADER_BYTES + length;
      if (bytes.length < end) break;
      yield { kind, payload: bytes.subarray(RECORD_HEADER_BYTES, end), bytes: bytes.subarray(0, end) };
      bytes = bytes.subarray(end);
    }
    this.#pending = bytes.slice();
  }

  /** Bytes of an incomplete record; more than zero at the end means the stream was cut. */
  get pendingBytes(): number {
    return this.#pending.length;
  }
}
