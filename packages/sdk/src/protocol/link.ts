// What travels on the channel a worker opens to a proxy? (PROTOCOL.md §11)
import { concat, readU32, u32 } from '../internal/bytes.js';
import { bytes, bytesUpTo, choice, digest, text, u8, u32 as u32Field } from './fields.js';
import { LIMITS } from './limits.js';
import { malformed } from './malformed.js';
import { defineLayout, type Layout, optional, required } from './tlv.js';

/** First message of each side. `sealed` is the proxy's (and then the worker's) encapsulation plus sealed secret. */
export interface LinkHello {
  nonce: Uint8Array;
  evidence: Uint8Array;
  /** Proxy only: 32 random bytes sealed to the worker's key. */
  sealed?: Uint8Array | undefined;
}

export const linkHelloLayout: Layout<LinkHello> = defineLayout<LinkHello>('LinkHello', {
  nonce: required(2, bytes(32)),
  evidence: required(4, bytesUpTo(LIMITS.linkMessageBytes - 4096)),
  sealed: optional(6, bytes(1168)),
});

/** Every WebSocket message after the handshake starts with one of these. */
export type LinkKind = 'control' | 'data' | 'records';
const LINK_NUMBERS = { control: 1, data: 2, records: 3 } as const;
const LINK_KINDS: Readonly<Record<number, LinkKind>> = { 1: 'control', 2: 'data', 3: 'records' };

/** `control` is sealed under the channel key; `data` (body bytes) and `records` (answer bytes) are already sealed end to end. */
export type LinkMessage =
  | { kind: 'control'; sealed: Uint8Array }
  | { kind: 'data' | 'records'; stream: number; bytes: Uint8Array };

/** control: u8 1 ‖ ciphertext. data, records: u8 kind ‖ u32 stream ‖ bytes. */
export function encodeLinkMessage(message: LinkMessage): Uint8Array<ArrayBuffer> {
  const kind = Uint8Array.of(LINK_NUMBERS[message.kind]);
  if (message.kind === 'control') return concat(kind, message.sealed);
  return concat(kind, u32(message.stream), message.bytes);
}

/** @throws CocoonError `MALFORMED` */
export function decodeLinkMessage(message: Uint8Array): LinkMessage {
  if (message.length > LIMITS.linkMessageBytes) throw malformed('link message', 'too long');
  const kind = LINK_KINDS[message[0] ?? 0];
  if (kind === undefined) throw malformed('link message', 'unknown kind');
  if (kind === 'control') return { kind, sealed: message.subarray(1) };
  if (message.length < 5) throw malformed('link message', 'truncated');
  return { kind, stream: readU32(message, 1), bytes: message.subarray(5) };
}

/** One control message; which fields are present follows from `type` (PROTOCOL.md §11.2). */
export interface LinkControl {
  type:
    | 'ready'
    | 'open'
    | 'body-end'
    | 'credit'
    | 'refuse'
    | 'end'
    | 'cancel'
    | 'resume'
    | 'receipt'
    | 'receipt-ack'
    | 'revoke'
    | 'revoked'
    | 'status'
    | 'drain'
    | 'ping'
    | 'pong';
  stream?: number | undefined;
  core?: Uint8Array | undefined;
  wrap?: Uint8Array | undefined;
  assignment?: Uint8Array | undefined;
  assignmentSignature?: Uint8Array | undefined;
  credit?: number | undefined;
  code?: string | undefined;
  token?: Uint8Array | undefined;
  coreHash?: Uint8Array | undefined;
  receipt?: Uint8Array | undefined;
  receiptSignature?: Uint8Array | undefined;
  /** `receipt`: 1 when the worker still holds the answer for resuming. */
  held?: number | undefined;
  running?: number | undefined;
  slots?: number | undefined;
  fromRecord?: number | undefined;
}

export const linkControlLayout: Layout<LinkControl> = defineLayout<LinkControl>('LinkControl', {
  type: required(
    2,
    choice({
      ready: 1,
      open: 2,
      'body-end': 3,
      credit: 4,
      refuse: 5,
      end: 6,
      cancel: 7,
      resume: 8,
      receipt: 9,
      'receipt-ack': 10,
      revoke: 11,
      revoked: 12,
      status: 13,
      drain: 14,
      ping: 15,
      pong: 16,
    }),
  ),
  stream: optional(4, u32Field),
  core: optional(6, bytesUpTo(4096)),
  wrap: optional(8, bytesUpTo(1168)),
  assignment: optional(10, bytesUpTo(512)),
  assignmentSignature: optional(12, bytes(64)),
  credit: optional(14, u32Field),
  code: optional(16, text(64)),
  token: optional(18, bytes(32)),
  coreHash: optional(20, digest),
  receipt: optional(22, bytesUpTo(2048)),
  receiptSignature: optional(24, bytes(64)),
  held: optional(26, u8),
  running: optional(28, u32Field),
  slots: optional(30, u32Field),
  fromRecord: optional(32, u32Field),
});
