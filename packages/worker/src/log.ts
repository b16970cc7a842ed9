// What may the worker write down? A fixed record and nothing else: no field can hold a prompt, an answer or a key.
import { createHash } from 'node:crypto';
import { type DestinationStream, destination, pino } from 'pino';

export interface LogRecord {
  event:
    | 'starting'
    | 'epoch'
    | 'connected'
    | 'disconnected'
    | 'connect-failed'
    | 'request-accepted'
    | 'request-refused'
    | 'request-finished'
    | 'request-cancelled'
    | 'cancel-refused'
    | 'request-detached'
    | 'request-resumed'
    | 'receipt-acknowledged'
    | 'receipt-refused'
    | 'receipt-dropped'
    | 'registry-unavailable'
    | 'beacon-unavailable'
    | 'epoch-failed'
    | 'outbox-unusable'
    | 'collateral-renewed'
    | 'collateral-failed'
    | 'collateral-expired'
    | 'awaiting-model'
    | 'model-release-refused'
    | 'model-released'
    | 'model-opened'
    | 'draining'
    | 'proxy-draining'
    | 'stopped';
  /** A reference that is safe to quote: the start of a hash of the operation id. */
  request?: string | undefined;
  /** Host and port, never a path or query. */
  proxy?: string | undefined;
  /** Start of a manifest digest. */
  machine?: string | undefined;
  model?: string | undefined;
  code?: string | undefined;
  finish?: string | undefined;
  simulated?: boolean | undefined;
  tokens?: number | undefined;
  frames?: number | undefined;
  bytes?: number | undefined;
  ms?: number | undefined;
  running?: number | undefined;
  slots?: number | undefined;
  attempt?: number | undefined;
  count?: number | undefined;
}

export interface WorkerLog {
  write(record: LogRecord): void;
}

const FIELDS: Readonly<Record<keyof LogRecord, 'word' | 'number' | 'boolean'>> = {
  event: 'word',
  request: 'word',
  proxy: 'word',
  machine: 'word',
  model: 'word',
  code: 'word',
  finish: 'word',
  simulated: 'boolean',
  tokens: 'number',
  frames: 'number',
  bytes: 'number',
  ms: 'number',
  running: 'number',
  slots: 'number',
  attempt: 'number',
  count: 'number',
};
// Names and addresses; sentences do not fit.
const WORD = /^[A-Za-z0-9_.:/@+[\]-]{1,128}$/;
const WARNINGS: readonly string[] = [
  'connect-failed',
  'disconnected',
  'receipt-refused',
  'receipt-dropped',
  'registry-unavailable',
  'beacon-unavailable',
  'epoch-failed',
  'outbox-unusable',
  'collateral-failed',
  'collateral-expired',
  'model-release-refused',
];

/** Lines waiting for a reader of standard error that is slow; beyond that they are lost. */
const WAITING_BYTES = 4 * 1024 * 1024;

/** Structured lines on standard error, or on `stream`. Nobody waits for them: a reader that stands still must not stop the answers. */
export function createLog(
  stream: DestinationStream = destination({ dest: 2, sync: false, maxLength: WAITING_BYTES }),
): WorkerLog {
  const logger = pino({ base: { role: 'worker' } }, stream);
  return {
    write(record) {
      const line = allowedFields(record);
      if (WARNINGS.includes(record.event)) logger.warn(line);
      else logger.info(line);
    },
  };
}

/** For the type system the record is closed already; this keeps it closed for values that slipped past it. */
function allowedFields(record: LogRecord): Record<string, string | number | boolean> {
  const line: Record<string, string | number | boolean> = {};
  for (const [name, type] of Object.entries(FIELDS)) {
    const value: unknown = Reflect.get(record, name);
    if (value === undefined) continue;
    if (type === 'word') line[name] = typeof value === 'string' && WORD.test(value) ? value : '(withheld)';
    else if (type === 'number' && typeof value === 'number' && Number.isFinite(value)) line[name] = value;
    else if (type === 'boolean' && typeof value === 'boolean') line[name] = value;
  }
  return line;
}

/** A reference to a request for people: says nothing about it and does not let anybody cancel or resume it. */
export function requestReference(operationId: Uint8Array): string {
  return createHash('sha256').update(operationId).digest('hex').slice(0, 16);
}

/** Host and port of an address. */
export function hostOf(url: string): string {
  return new URL(url).host;
}
