// What went wrong in the worker itself, in words without a word of any request?
import { CocoonError, type ErrorKind } from '@cocoonkit/sdk/errors';

const REFUSALS = {
  BODY_TOO_LARGE: 'The sealed body is larger than this worker takes.',
  UNSUPPORTED_SUITE: 'The request uses a cipher suite this worker does not offer.',
  KEY_EXPIRED: 'The request was not sealed to the keys this worker has now.',
  AUDIENCE_MISMATCH: 'The request was made for another proxy’s ledger.',
  REQUEST_EXPIRED: 'The request is past its time, or claims too long a life.',
  MODEL_UNKNOWN: 'The request names a model this worker does not run.',
  PRICE_MISMATCH: 'The request was made with another price table.',
  PRICE_ABOVE_CAP: 'This worker is dearer than the request allows.',
  ASSIGNMENT_INVALID: 'The proxy’s assignment does not fit the request.',
  REQUEST_REPLAYED: 'The worker has seen this request before.',
  WORKER_BUSY: 'All slots of the worker are taken.',
  REQUEST_REFUSED: 'The request cannot be opened.',
  UNKNOWN_REQUEST: 'The worker does not hold an answer to this request.',
  TOKEN_INVALID: 'The token does not belong to this request.',
} as const;

export type RefusalCode = keyof typeof REFUSALS;

/** A refusal that goes to the proxy in clear. `reason` names a rule, never a value. */
export function refusal(code: RefusalCode, reason?: string): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code,
    message: REFUSALS[code],
    remedy: 'Nothing was computed and nothing is charged. Seal the request again with fresh evidence.',
    ...(reason === undefined ? {} : { details: { reason } }),
  });
}

/** A setting or a file that keeps the worker from starting. */
export function workerError(options: {
  kind?: ErrorKind | undefined;
  code: string;
  message: string;
  remedy: string;
  cause?: unknown;
}): CocoonError {
  return new CocoonError({ ...options, kind: options.kind ?? 'config' });
}

/** The stable code of any failure; `INTERNAL` for what should not happen. */
export function codeOf(error: unknown): string {
  return error instanceof CocoonError ? error.code : 'INTERNAL';
}
