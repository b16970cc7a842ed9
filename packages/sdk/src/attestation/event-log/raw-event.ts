// What does a log say about one event, before anything of it is proven?
import { expectFormat } from '../format/cursor.js';

export type RtmrIndex = 0 | 1 | 2 | 3;

/** More events than any firmware, boot loader and guest together write. */
export const MAX_EVENTS = 4_096;
/** The largest log area that firmware in use sets aside is 256 KiB. */
export const MAX_LOG_BYTES = 1_048_576;

export interface RawEvent {
  readonly rtmr: RtmrIndex;
  /** TCG event type. Not measured: the host may write any. */
  readonly type: number;
  /** 48 bytes. Absent where the format leaves it to be computed. */
  readonly digest?: Uint8Array | undefined;
  readonly data: Uint8Array;
  /** The event's name in logs that give one. */
  readonly name?: string | undefined;
}

/** A parsed log: events in order, and the bytes that hold them. */
export interface ParsedLog {
  readonly format: 'ccel' | 'dstack';
  readonly events: readonly RawEvent[];
  /** The input without unused area. */
  readonly used: Uint8Array;
}

export function rtmrIndex(value: number): RtmrIndex {
  expectFormat(value === 0 || value === 1 || value === 2 || value === 3, 'event of no RTMR');
  return value;
}
