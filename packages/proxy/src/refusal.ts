// With which code does the proxy say no? Codes of PROTOCOL.md §13; texts stay local.
import { CocoonError, type ErrorKind } from '@cocoonkit/sdk/errors';

const KINDS: Readonly<Record<string, ErrorKind>> = {
  TOO_MANY_REQUESTS: 'network',
  RESELECT: 'network',
  WORKER_LOST: 'network',
  DRAINING: 'network',
  LEDGER_UNAVAILABLE: 'network',
  MODEL_UNKNOWN: 'model',
};

/** When the same may work again, for refusals that pass by themselves. */
const RETRY_AFTER_MS: Readonly<Record<string, number>> = {
  TOO_MANY_REQUESTS: 1_000,
  TOO_MANY_RUNNING: 1_000,
  GRANT_BUSY: 1_000,
  LEDGER_UNAVAILABLE: 5_000,
  TOO_MANY_GRANTS: 3_600_000,
};

export function retryAfterMs(code: string): number | undefined {
  return RETRY_AFTER_MS[code];
}

/** A refusal the client is told in sealed form. */
export function refusal(code: string, message: string): CocoonError {
  return new CocoonError({
    kind: KINDS[code] ?? 'protocol',
    code,
    message,
    remedy: 'Nothing was charged. See PROTOCOL.md §13 for what the client does with this code.',
  });
}

/** What may be repeated to a client of an error found while handling its message. */
const SAYABLE: ReadonlySet<string> = new Set([
  'TOO_MANY_REQUESTS',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_VERSION',
  'UNSUPPORTED_SUITE',
  'UNSUPPORTED_FIELD',
  'MALFORMED',
  'AUDIENCE_MISMATCH',
  'REQUEST_EXPIRED',
  'REQUEST_REPLAYED',
  'AUTH_SIGNATURE',
  'ACCOUNT_UNKNOWN',
  'ACCOUNT_REQUIRED',
  'INSUFFICIENT_FUNDS',
  'NO_FUNDS_AT_PROXY',
  'GRANT_CHAIN',
  'GRANT_SIGNATURE',
  'GRANT_ACCOUNT',
  'GRANT_AUDIENCE',
  'GRANT_MODEL',
  'GRANT_LIFE',
  'GRANT_EXPIRED',
  'GRANT_EXHAUSTED',
  'GRANT_BUSY',
  'GRANT_REVOKED',
  'TOO_MANY_GRANTS',
  'TOO_MANY_RUNNING',
  'OP_ALREADY_CHARGED',
  'PRICE_MISMATCH',
  'PRICE_ABOVE_CAP',
  'RESELECT',
  'MODEL_UNKNOWN',
  'WORKER_LOST',
  'LEDGER_UNAVAILABLE',
  'UNKNOWN_REQUEST',
  'UNKNOWN_OPERATION',
  'TOKEN_INVALID',
  'DRAINING',
  'KEY_EXPIRED',
  'ASSIGNMENT_INVALID',
  'WORKER_BUSY',
  'REQUEST_REFUSED',
]);

/** The ledger's own words for things the protocol names differently. */
const LEDGER_CODES: Readonly<Record<string, string>> = {
  RESERVATION_EXPIRED: 'REQUEST_EXPIRED',
  LEDGER_BUSY: 'LEDGER_UNAVAILABLE',
  LEDGER_CLOSED: 'DRAINING',
};

/** The protocol's code for any failure; what is not meant for clients becomes `REQUEST_REFUSED`. */
export function refusalCode(error: unknown): string {
  if (!(error instanceof CocoonError)) return 'REQUEST_REFUSED';
  return sayableCode(LEDGER_CODES[error.code] ?? error.code);
}

/** A code a worker sent, as far as the protocol knows it. */
export function sayableCode(code: string | undefined): string {
  return code !== undefined && SAYABLE.has(code) ? code : 'REQUEST_REFUSED';
}
