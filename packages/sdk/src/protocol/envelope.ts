// What reaches the proxy, and in which order of bytes? (PROTOCOL.md §6.4)
import { concat, readU16, readU32, u16, u32, utf8 } from '../internal/bytes.js';
import { bytesUpTo, nested } from './fields.js';
import { type Authorization, authorizationLayout } from './grant.js';
import { LIMITS } from './limits.js';
import { malformed } from './malformed.js';
import { defineLayout, type Layout, required } from './tlv.js';

/** Opened only by the proxy: routing data, one wrap per candidate, and who pays. */
export interface Envelope {
  core: Uint8Array;
  /** In the order of `core.candidates`, each of `wrapBytes(suite)`. */
  wraps: Uint8Array;
  authorization: Authorization;
}

export const envelopeLayout: Layout<Envelope> = defineLayout<Envelope>('Envelope', {
  core: required(2, bytesUpTo(4096)),
  wraps: required(4, bytesUpTo(16_384)),
  authorization: required(6, nested(authorizationLayout)),
});

export type SealedMessageType = 'infer' | 'control';

/** Clear head of every sealed message to a proxy; authenticated as additional data. */
export interface SealedHeader {
  type: SealedMessageType;
  suite: number;
  /** Admission ticket of an earlier answer, or empty. */
  ticket: Uint8Array;
  /** Encapsulation plus ciphertext. */
  sealedBytes: number;
}

const MAGIC = utf8('CK1');
export const SEALED_HEADER_BYTES = 12;
export const MAX_TICKET_BYTES = 64;

/** magic ‖ u8 type ‖ u16 suite ‖ u16 ticket length ‖ u32 sealed length ‖ ticket */
export function encodeSealedHeader(header: SealedHeader): Uint8Array<ArrayBuffer> {
  const type = header.type === 'infer' ? 1 : 2;
  return concat(
    MAGIC,
    Uint8Array.of(type),
    u16(header.suite),
    u16(header.ticket.length),
    u32(header.sealedBytes),
    header.ticket,
  );
}

/**
 * Reads the head from the first bytes of a message; `bytes` may be longer.
 * @throws CocoonError `MALFORMED`
 */
export function decodeSealedHeader(bytes: Uint8Array): SealedHeader & { headerBytes: number } {
  if (bytes.length < SEALED_HEADER_BYTES) throw malformed('sealed message', 'shorter than its head');
  if (bytes[0] !== MAGIC[0] || bytes[1] !== MAGIC[1] || bytes[2] !== MAGIC[2])
    throw malformed('sealed message', 'wrong magic');
  const type = bytes[3];
  if (type !== 1 && type !== 2) throw malformed('sealed message', 'unknown type');
  const ticketBytes = readU16(bytes, 6);
  const sealedBytes = readU32(bytes, 8);
  if (ticketBytes > MAX_TICKET_BYTES) throw malformed('sealed message', 'ticket too long');
  if (sealedBytes > LIMITS.envelopeBytes) throw malformed('sealed message', 'sealed part too long');
  const headerBytes = SEALED_HEADER_BYTES + ticketBytes;
  if (bytes.length < headerBytes) throw malformed('sealed message', 'shorter than its ticket');
  return {
    type: type === 1 ? 'infer' : 'control',
    suite: readU16(bytes, 4),
    ticket: bytes.slice(SEALED_HEADER_BYTES, headerBytes),
    sealedBytes,
    headerBytes,
  };
}
