// Who is let in under load? Clients with a ticket from an earlier sealed answer (PROTOCOL.md §8.7).
import { createHmac } from 'node:crypto';
import { LABELS, LIMITS } from '@cocoonkit/sdk/protocol';
import { equalSecret } from '../equal-secret.js';

const TIME_BYTES = 8;
const NONCE_BYTES = 16;
const TICKET_BYTES = TIME_BYTES + NONCE_BYTES + 32;
/** One ticket admits so many messages, for a client may have several under way. */
const USES_MAX = 32;
/** Tickets in use that are counted; beyond that the oldest may be used anew. */
const COUNTED_MAX = 200_000;

/** u64 end of validity ‖ 16 random bytes ‖ HMAC of both. Says nothing about the client. */
export class Tickets {
  readonly #secret: Uint8Array;
  readonly #random: (length: number) => Uint8Array;
  readonly #now: () => Date;
  readonly #uses = new Map<string, number>();

  constructor(options: { random: (length: number) => Uint8Array; now: () => Date }) {
    this.#random = options.random;
    this.#now = options.now;
    this.#secret = options.random(32);
  }

  issue(): Uint8Array {
    const ticket = Buffer.alloc(TICKET_BYTES);
    ticket.writeBigUInt64BE(BigInt(Math.floor(this.#now().getTime() / 1000) + LIMITS.ticketLifeSeconds));
    ticket.set(this.#random(NONCE_BYTES), TIME_BYTES);
    ticket.set(this.#mac(ticket.subarray(0, TIME_BYTES + NONCE_BYTES)), TIME_BYTES + NONCE_BYTES);
    return new Uint8Array(ticket);
  }

  /** True once per use, as long as the ticket is genuine, in time and not used up. */
  admit(ticket: Uint8Array): boolean {
    if (ticket.length !== TICKET_BYTES) return false;
    const bytes = Buffer.from(ticket.buffer, ticket.byteOffset, ticket.byteLength);
    const signed = bytes.subarray(0, TIME_BYTES + NONCE_BYTES);
    if (!equalSecret(bytes.subarray(TIME_BYTES + NONCE_BYTES), this.#mac(signed))) return false;
    if (bytes.readBigUInt64BE(0) <= BigInt(Math.floor(this.#now().getTime() / 1000))) return false;
    const name = signed.toString('base64');
    const uses = this.#uses.get(name) ?? 0;
    if (uses >= USES_MAX) return false;
    this.#uses.set(name, uses + 1);
    if (this.#uses.size > COUNTED_MAX) {
      const [oldest] = this.#uses.keys();
      if (oldest !== undefined) this.#uses.delete(oldest);
    }
    return true;
  }

  #mac(signed: Uint8Array): Uint8Array {
    return createHmac('sha256', this.#secret)
      .update(LABELS.ticket)
      .update(Uint8Array.of(0))
      .update(signed)
      .digest();
  }
}
