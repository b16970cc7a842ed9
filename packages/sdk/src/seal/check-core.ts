// Should a worker even try to open this request? The cheap checks of PROTOCOL.md §6.5, before any key is used.
import { CocoonError } from '../errors.js';
import { equalBytes } from '../internal/bytes.js';
import type { Core } from '../protocol/core.js';
import { LIMITS } from '../protocol/limits.js';
import { parseSuite, type WorkerClaims } from '../protocol/manifest.js';

/**
 * @throws CocoonError `BODY_TOO_LARGE`, `UNSUPPORTED_SUITE`, `KEY_EXPIRED`, `AUDIENCE_MISMATCH`, `REQUEST_EXPIRED`, `MODEL_UNKNOWN`,
 * `PRICE_MISMATCH`, `PRICE_ABOVE_CAP`, in this order
 */
export function checkCore(
  core: Core,
  expected: {
    /** Digest of the worker's current manifest, and what it claims. */
    digest: Uint8Array;
    claims: WorkerClaims;
    /** The connected proxy's. */
    audience: string;
    now: Date;
  },
): void {
  const { digest, claims, audience, now } = expected;
  if (core.bodyBytes > claims.maxBodyBytes)
    throw refuse('BODY_TOO_LARGE', 'The body is above this worker’s limit.');
  parseSuite(core.suite);
  if (!core.candidates.some((candidate) => equalBytes(candidate, digest))) {
    throw refuse('KEY_EXPIRED', 'The request is not sealed to this worker’s current key.');
  }
  if (core.audience !== audience)
    throw refuse('AUDIENCE_MISMATCH', 'The request is for another proxy’s ledger.');
  const seconds = now.getTime() / 1000;
  const ahead = LIMITS.expiresAheadSeconds + LIMITS.clockToleranceSeconds;
  if (core.expires + LIMITS.clockToleranceSeconds <= seconds || core.expires > seconds + ahead) {
    throw refuse('REQUEST_EXPIRED', 'The request is past its time, or too far ahead of it.');
  }
  if (core.model !== claims.model) throw refuse('MODEL_UNKNOWN', 'This worker runs another model.');
  if (!equalBytes(core.priceDigest, claims.priceDigest))
    throw refuse('PRICE_MISMATCH', 'The price table is another one.');
  if (claims.coefficient > core.maxCoefficient)
    throw refuse('PRICE_ABOVE_CAP', 'This worker costs more than allowed.');
}

function refuse(code: string, message: string): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code,
    message,
    remedy: 'Fetch the list of workers again and seal to current ones.',
  });
}
