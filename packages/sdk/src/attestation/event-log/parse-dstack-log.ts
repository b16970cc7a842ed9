// Which events does the JSON log of a dstack guest hold? Boot events as the firmware wrote them, then the guest's own.
import { fromHex, fromUtf8 } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import { asObject, integerField, type JsonObject, parseJson, textField } from '../format/json.js';
import { EVENT_TYPES } from './event-types.js';
import { MAX_EVENTS, type ParsedLog, type RawEvent, rtmrIndex } from './raw-event.js';

const MAX_NAME_CHARACTERS = 256;

/** Reads a list of events, or a report that holds one as `event_log`. */
export function parseDstackLog(bytes: Uint8Array): ParsedLog {
  const root = parseJson(fromUtf8(bytes));
  const events = Array.isArray(root) ? root : unwrap(asObject(root, 'report'));
  expectFormat(events.length <= MAX_EVENTS, 'too many events');
  return {
    format: 'dstack',
    events: events.map((entry: unknown) => readEvent(asObject(entry, 'event'))),
    used: bytes,
  };
}

function unwrap(report: JsonObject): readonly unknown[] {
  const inner = Object.hasOwn(report, 'event_log') ? report['event_log'] : undefined;
  const events: unknown = typeof inner === 'string' ? parseJson(inner) : inner;
  expectFormat(Array.isArray(events), 'no event_log');
  return events;
}

function readEvent(entry: JsonObject): RawEvent {
  const rtmr = rtmrIndex(integerField(entry, 'imr', 3));
  const type = integerField(entry, 'event_type', 0xffffffff);
  const name = textField(entry, 'event');
  expectFormat(name.length <= MAX_NAME_CHARACTERS, 'event name too long');
  const data = hex(textField(entry, 'event_payload'), 'event_payload');
  const digestText = textField(entry, 'digest');
  // Short logs leave out what the reader can compute: the digests of the guest's own events.
  const own = rtmr === 3 && type === EVENT_TYPES.DSTACK_EVENT;
  if (own && digestText === '') return { rtmr, type, data, name };
  const digest = hex(digestText, 'digest');
  expectFormat(digest.length === 48, 'digest of another length');
  return { rtmr, type, digest, data, name };
}

function hex(text: string, what: string): Uint8Array {
  expectFormat(text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text), `${what} is no hex`);
  return fromHex(text);
}
