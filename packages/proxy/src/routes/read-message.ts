// How does a sealed message come in? Cheap checks first: replica, address, size, ticket; then one millisecond of opening.
import type { IncomingMessage } from 'node:http';
import { CocoonError } from '@cocoonkit/sdk/errors';
import {
  decodeSealedHeader,
  LIMITS,
  SEALED_HEADER_BYTES,
  type SealedMessageType,
} from '@cocoonkit/sdk/protocol';
import type { SealedMessage } from '@cocoonkit/sdk/seal/envelope';
import { BodyReader } from '../http/body-reader.js';
import type { ProxyParts } from '../proxy-parts.js';
import { refusal } from '../refusal.js';

export interface IncomingSealed {
  readonly message: SealedMessage;
  readonly body: BodyReader;
  /** Bytes after the sealed part, as far as the client announced them. */
  readonly announcedBytes: number | undefined;
}

/** @throws CocoonError `WRONG_REPLICA`, `TOO_MANY_REQUESTS`, `BODY_TOO_LARGE`, `BAD_MESSAGE`: all before anything is opened. */
export async function readMessage(
  incoming: IncomingMessage,
  options: { type: SealedMessageType; replica: string; address: string },
  parts: ProxyParts,
): Promise<IncomingSealed> {
  const epoch = parts.identity.find(options.replica);
  if (epoch === undefined) throw hint('WRONG_REPLICA', 'This replica does not have that key.');
  if (!parts.buckets.take(options.address)) throw refusal('TOO_MANY_REQUESTS', 'The address asks too often.');
  const total = announcedLength(incoming);
  const most =
    LIMITS.envelopeBytes + SEALED_HEADER_BYTES + 64 + (options.type === 'infer' ? LIMITS.bodyBytes : 0);
  if (total !== undefined && total > most) throw hint('BODY_TOO_LARGE', 'The message is above the limit.');
  const body = new BodyReader(incoming);
  const { headMs } = parts.limits;
  const fixed = await body.exactly(SEALED_HEADER_BYTES, headMs);
  const ticketBytes = new DataView(fixed.buffer, fixed.byteOffset).getUint16(6);
  const ticketPart = await body.exactly(Math.min(ticketBytes, 65), headMs);
  const head = new Uint8Array(Buffer.concat([fixed, ticketPart]));
  const header = decodeHead(head);
  if (header.type !== options.type || header.sealedBytes === 0)
    throw hint('BAD_MESSAGE', 'This route takes another kind of message.');
  const { opening, limits } = parts;
  // Opening keeps this thread busy, so under a flood of junk it is the sockets that fill, not the queue.
  const crowded = opening.waiting >= limits.ticketsAbove || opening.failedLately >= limits.junkRate;
  const admitted = !crowded || parts.tickets.admit(header.ticket);
  if (crowded) parts.metrics.ticket(admitted ? 'admitted' : 'refused');
  if (!admitted) throw refusal('TOO_MANY_REQUESTS', 'Under load only clients with a ticket are admitted.');
  const sealed = await body.exactly(header.sealedBytes, headMs);
  const { keys, digest } = epoch;
  return {
    message: { head, sealed, suite: header.suite, keys, digest },
    body,
    announcedBytes: total === undefined ? undefined : total - head.length - sealed.length,
  };
}

function decodeHead(head: Uint8Array) {
  try {
    return decodeSealedHeader(head);
  } catch (cause) {
    throw hint('BAD_MESSAGE', 'This is not a sealed message.', cause);
  }
}

function announcedLength(incoming: IncomingMessage): number | undefined {
  const text = incoming.headers['content-length'];
  return text === undefined ? undefined : Number(text);
}

/** Said in clear, so it proves nothing to anybody. */
function hint(code: string, message: string, cause?: unknown): CocoonError {
  const remedy = 'Fetch the evidence of this proxy again and seal anew.';
  return new CocoonError({ kind: 'protocol', code, message, remedy, source: 'none', cause });
}
