// What may be logged? Only the members below: no accounts, no keys, no content, whatever a caller passes.
import { type DestinationStream, destination, pino } from 'pino';

/** One line of the log. Sizes in bytes, times in milliseconds. */
export interface LogRecord {
  event: string;
  /** First 16 hex digits of a hash of the operation: safe to quote to support. */
  request?: string | undefined;
  role?: string | undefined;
  code?: string | undefined;
  outcome?: string | undefined;
  model?: string | undefined;
  /** First 16 hex digits of a machine's digest. */
  machine?: string | undefined;
  url?: string | undefined;
  status?: number | undefined;
  bytes?: number | undefined;
  count?: number | undefined;
  ms?: number | undefined;
}

export type Log = (level: 'info' | 'warn' | 'error', record: LogRecord) => void;

const ALLOWED = [
  'event',
  'request',
  'role',
  'code',
  'outcome',
  'model',
  'machine',
  'url',
  'status',
  'bytes',
  'count',
  'ms',
] as const satisfies readonly (keyof LogRecord)[];
const MAX_TEXT = 256;
/** Lines waiting for a reader of stderr that is slow; beyond that they are lost. */
const WAITING_BYTES = 4 * 1024 * 1024;

/** Structured lines on stderr, or on `stream`. Nobody waits for them: a reader that stands still must not stop the answers. */
export function createLog(
  stream: DestinationStream = destination({ fd: 2, sync: false, maxLength: WAITING_BYTES }),
): Log {
  const logger = pino({ base: null, messageKey: 'message' }, stream);
  return (level, record) => {
    const line: Record<string, string | number> = {};
    for (const key of ALLOWED) {
      const value = record[key];
      if (typeof value === 'number') line[key] = value;
      else if (typeof value === 'string') line[key] = value.slice(0, MAX_TEXT);
    }
    logger[level](line);
  };
}
