// What does the digest of an event prove about its content? Only what hashes to it, by the rule of its type.
import { concat, equalBytes, fromUtf8, toHex, utf8 } from '../../internal/bytes.js';
import type { MaybePromise } from '../../internal/primitives.js';
import { Cursor } from '../format/cursor.js';
import { EVENT_TYPES } from './event-types.js';
import type { RawEvent } from './raw-event.js';

export type Sha384 = (data: Uint8Array) => MaybePromise<Uint8Array>;

/** Content whose hash was computed here and equals the measured digest. */
export type ProvenContent =
  | { readonly kind: 'separator' }
  /** A fixed sentence of the firmware. */
  | { readonly kind: 'action'; readonly text: string }
  /** A command or command line that a boot loader measured. Which of the two it was is the host’s word. */
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'variable';
      readonly vendor: string;
      readonly name: string;
      readonly value: Uint8Array;
    }
  /** A boot variable: its content is measured, its name is not. */
  | { readonly kind: 'variable-value'; readonly value: Uint8Array }
  | { readonly kind: 'partitions'; readonly table: Uint8Array }
  /** An event of the guest’s own software. */
  | { readonly kind: 'application'; readonly name: string; readonly payload: Uint8Array };

const ACTIONS = [
  'Calling EFI Application from Boot Option',
  'Returning from EFI Application from Boot Option',
  'Exit Boot Services Invocation',
  'Exit Boot Services Returned with Success',
  'Exit Boot Services Returned with Failure',
] as const;
/** Boot loaders put one of these before the text they hash. Some hash the closing NUL too. */
const TEXT_PREFIXES = [
  'grub_cmd: ',
  'kernel_cmdline: ',
  'module_cmdline: ',
  'grub_cmd ',
  'grub_kernel_cmdline ',
];
const GPT_SIGNATURE = utf8('EFI PART');
/** Application events of the Confidential Containers project begin so in the log: `AAEL` as a little-endian number. */
const AAEL_TAG = 'LEAA';

/** Returns a function that proves events of one log; digests of fixed content are computed once. */
export async function createProver(
  sha384: Sha384,
): Promise<(event: RawEvent) => Promise<ProvenContent | undefined>> {
  const fixed = new Map<string, ProvenContent>();
  // 0 and 0xFFFFFFFF are the two values a separator may have when nothing went wrong.
  for (const byte of [0, 0xff])
    fixed.set(toHex(await sha384(new Uint8Array(4).fill(byte))), { kind: 'separator' });
  for (const text of ACTIONS) fixed.set(toHex(await sha384(utf8(text))), { kind: 'action', text });
  return async (event) => {
    if (event.digest === undefined) return undefined;
    const known = fixed.get(toHex(event.digest));
    if (known !== undefined) return known;
    for (const [preimage, content] of claims(event)) {
      if (equalBytes(await sha384(preimage), event.digest)) return content;
    }
    return undefined;
  };
}

/** The bytes a dstack guest hashes for one of its events. */
export function dstackPreimage(name: string, payload: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(0x01, 0x00, 0x00, 0x08), utf8(`:${name}:`), payload);
}

/** Pairs of bytes and what they would prove. Each kind begins in a way that no other measured object can: a PE image starts with `MZ`. */
function* claims({ type, data, name, rtmr }: RawEvent): Generator<[Uint8Array, ProvenContent]> {
  switch (type) {
    case EVENT_TYPES.EV_EFI_VARIABLE_DRIVER_CONFIG:
    case EVENT_TYPES.EV_EFI_VARIABLE_AUTHORITY: {
      const variable = readVariable(data);
      if (variable !== undefined) yield [data, { kind: 'variable', ...variable }];
      return;
    }
    case EVENT_TYPES.EV_EFI_VARIABLE_BOOT:
    case EVENT_TYPES.EV_EFI_VARIABLE_BOOT2: {
      const variable = readVariable(data);
      if (variable !== undefined) yield [variable.value, { kind: 'variable-value', value: variable.value }];
      return;
    }
    case EVENT_TYPES.EV_EFI_GPT_EVENT:
      if (equalBytes(data.subarray(0, 8), GPT_SIGNATURE)) yield [data, { kind: 'partitions', table: data }];
      return;
    case EVENT_TYPES.EV_IPL:
      yield* texts(data);
      return;
    case EVENT_TYPES.EV_EVENT_TAG:
      yield* aael(data);
      return;
    case EVENT_TYPES.DSTACK_EVENT:
      if (rtmr === 3 && name !== undefined && !name.includes(':'))
        yield [dstackPreimage(name, data), { kind: 'application', name, payload: data }];
  }
}

function* texts(data: Uint8Array): Generator<[Uint8Array, ProvenContent]> {
  const end = data.indexOf(0);
  const line = decode(end < 0 ? data : data.subarray(0, end));
  const prefix = TEXT_PREFIXES.find((candidate) => line?.startsWith(candidate));
  if (line === undefined || prefix === undefined) return;
  const text = line.slice(prefix.length);
  yield [utf8(text), { kind: 'text', text }];
  yield [utf8(`${text}\0`), { kind: 'text', text }];
}

function* aael(data: Uint8Array): Generator<[Uint8Array, ProvenContent]> {
  if (data.length < 8 || decode(data.subarray(0, 4)) !== AAEL_TAG) return;
  const [domain, operation, ...content] = (decode(data.subarray(8)) ?? '').split(' ');
  if (domain === undefined || operation === undefined) return;
  const payload = utf8(content.join(' '));
  yield [data, { kind: 'application', name: `${domain} ${operation}`, payload }];
}

interface Variable {
  vendor: string;
  name: string;
  value: Uint8Array;
}

/** UEFI_VARIABLE_DATA: vendor GUID, length of the name in characters, length of the value, both. Nothing may be left over. */
function readVariable(data: Uint8Array): Variable | undefined {
  if (data.length < 32) return undefined;
  const cursor = new Cursor(data);
  const vendor = guidText(cursor.take(16));
  const [characters, charactersHigh, bytes, bytesHigh] = [
    cursor.u32(),
    cursor.u32(),
    cursor.u32(),
    cursor.u32(),
  ];
  const sum = 2 * characters + bytes;
  if (charactersHigh !== 0 || bytesHigh !== 0 || sum !== cursor.remaining) return undefined;
  let name = '';
  for (let i = 0; i < characters; i++) name += String.fromCharCode(cursor.u16());
  return { vendor, name, value: cursor.take(bytes) };
}

/** The usual spelling: the first three groups are little-endian numbers. */
function guidText(bytes: Uint8Array): string {
  const group = (from: number, to: number): Uint8Array => bytes.slice(from, to);
  return [group(0, 4).reverse(), group(4, 6).reverse(), group(6, 8).reverse(), group(8, 10), group(10, 16)]
    .map(toHex)
    .join('-');
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return fromUtf8(bytes);
  } catch {
    return undefined;
  }
}
