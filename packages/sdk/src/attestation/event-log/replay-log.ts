// Which register values follow from an event log, and what do its events prove?
import { concat, equalBytes, toHex, utf8 } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import { dstackPhases, type Phase } from './dstack-phases.js';
import { parseEventAs } from './event-fail.js';
import { EVENT_TYPES, eventTypeName } from './event-types.js';
import { checkCcelTable, parseCcel } from './parse-ccel.js';
import { parseDstackLog } from './parse-dstack-log.js';
import { createProver, dstackPreimage, type ProvenContent, type Sha384 } from './prove-event.js';
import { MAX_LOG_BYTES, type ParsedLog, type RawEvent, type RtmrIndex } from './raw-event.js';

/** The bytes of a log (CCEL area, or JSON of a dstack guest), JSON text, or a CCEL area with the ACPI table that describes it. */
export type EventLogSource = Uint8Array | string | { readonly table: Uint8Array; readonly data: Uint8Array };

export interface LogEvent {
  readonly rtmr: RtmrIndex;
  /** 96 hex digits: what the register was extended with. The only part of an event that the quote vouches for by itself. */
  readonly digest: string;
  /** Content whose hash is the digest. Absent: the digest alone is known. */
  readonly proven?: ProvenContent | undefined;
  /** For events of a guest’s software: before or after its boot ended. */
  readonly phase?: Phase | undefined;
  /** What the log says besides. Free text of whoever delivers it: for display, never for a decision. */
  readonly claimed: { readonly type: string; readonly name?: string | undefined; readonly data: Uint8Array };
}

/** Registers are 96 lower-case hex digits. Nothing is verified until they are compared with a verified quote. */
export interface ReplayedLog {
  readonly format: ParsedLog['format'];
  readonly rtmr0: string;
  readonly rtmr1: string;
  readonly rtmr2: string;
  readonly rtmr3: string;
  readonly events: readonly LogEvent[];
}

/** Replays with a hash that is passed in, so that a page without boot logs loads nothing for them. */
export async function replayLog(log: EventLogSource, sha384: Sha384): Promise<ReplayedLog> {
  const { format, events: raw } = parseEventLog(log);
  const prove = await createProver(sha384);
  const registers = [new Uint8Array(48), new Uint8Array(48), new Uint8Array(48), new Uint8Array(48)];
  const found: { event: RawEvent; digest: Uint8Array; proven: ProvenContent | undefined }[] = [];
  for (const event of raw) {
    const digest = await digestOf(event, sha384);
    registers[event.rtmr] = Uint8Array.from(
      await sha384(concat(registers[event.rtmr] ?? new Uint8Array(48), digest)),
    );
    found.push({ event, digest, proven: await prove({ ...event, digest }) });
  }
  const phases =
    format === 'dstack' ? dstackPhases(found.map(({ proven }) => proven)) : found.map(() => undefined);
  const [rtmr0, rtmr1, rtmr2, rtmr3] = registers.map(toHex);
  return {
    format,
    rtmr0: rtmr0 ?? '',
    rtmr1: rtmr1 ?? '',
    rtmr2: rtmr2 ?? '',
    rtmr3: rtmr3 ?? '',
    events: found.map(({ event, digest, proven }, i) => ({
      rtmr: event.rtmr,
      digest: toHex(digest),
      proven,
      phase: phases[i] ?? (proven?.kind === 'application' ? 'runtime' : undefined),
      claimed: { type: eventTypeName(event.type), name: event.name, data: event.data },
    })),
  };
}

/** Reads a log of either format without hashing anything. @throws CocoonError `ATTESTATION_EVENT_LOG_FORMAT` */
export function parseEventLog(log: EventLogSource): ParsedLog {
  return parseEventAs('EVENT_LOG_FORMAT', 'event log', () => {
    const source = typeof log === 'string' ? utf8(log) : log;
    const data = source instanceof Uint8Array ? source : source.data;
    expectFormat(data.length <= MAX_LOG_BYTES, 'too large');
    const bytes = data.slice();
    if (!(source instanceof Uint8Array)) checkCcelTable(source.table, bytes);
    const first = bytes.find((byte) => byte > 0x20);
    return first === 0x5b || first === 0x7b ? parseDstackLog(bytes) : parseCcel(bytes);
  });
}

/** The digest in the log; a dstack guest’s own events have only one that is right, and short logs leave it out. */
async function digestOf({ digest, type, rtmr, name, data }: RawEvent, sha384: Sha384): Promise<Uint8Array> {
  const own = rtmr === 3 && type === EVENT_TYPES.DSTACK_EVENT && name !== undefined;
  const computed = own ? await sha384(dstackPreimage(name, data)) : digest;
  return parseEventAs('EVENT_LOG_FORMAT', 'event log', () => {
    expectFormat(computed !== undefined && !(own && name.includes(':')), 'event without a digest');
    expectFormat(digest === undefined || equalBytes(computed, digest), 'digest of another event');
    return computed;
  });
}
