// What is said in clear when nothing sealed can be said? A status and a code, nothing about why (PROTOCOL.md §13).
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { discardRest } from '../http/body-reader.js';
import { PUBLIC_HEADERS } from '../http/headers.js';
import { retryAfterMs } from '../refusal.js';

const STATUS: Readonly<Record<string, number>> = {
  WRONG_REPLICA: 421,
  TOO_MANY_REQUESTS: 429,
  BODY_TOO_LARGE: 413,
  BAD_MESSAGE: 400,
  ENVELOPE_INVALID: 400,
};
/** How much of a refused upload is read so that its sender hears the answer. */
export const DISCARD_BYTES = 17 * 1024 * 1024;
export const DISCARD_MS = 10_000;

/** In whole seconds (RFC 9110, 10.2.3), readable from pages too. */
export function retryAfter(code: string): Record<string, string> {
  const ms = retryAfterMs(code);
  if (ms === undefined) return {};
  return { 'Retry-After': String(Math.ceil(ms / 1_000)), 'Access-Control-Expose-Headers': 'Retry-After' };
}

export function answerHint(
  io: { incoming: IncomingMessage; outgoing: ServerResponse },
  error: unknown,
  digest: string,
): string {
  const known = error instanceof CocoonError && STATUS[error.code] !== undefined ? error.code : 'BAD_MESSAGE';
  // Any failure to open looks alike, whatever part of it failed.
  const code = known === 'ENVELOPE_INVALID' ? 'BAD_MESSAGE' : known;
  const { incoming, outgoing } = io;
  if (!outgoing.headersSent && !outgoing.destroyed) {
    const body = JSON.stringify(code === 'WRONG_REPLICA' ? { code, digest } : { code });
    outgoing.writeHead(STATUS[code] ?? 400, {
      ...PUBLIC_HEADERS,
      ...retryAfter(code),
      'Content-Type': 'application/json',
    });
    outgoing.end(body);
  } else outgoing.destroy();
  discardRest(incoming, DISCARD_BYTES, DISCARD_MS);
  return code;
}
