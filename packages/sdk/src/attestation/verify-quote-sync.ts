// The same verdict at once: node:crypto in Node, P-256 in JavaScript in browsers.
import { syncQuotePrimitives } from '#sync-quote';
import type { SyncQuotePrimitives } from '../internal/primitives.js';
import { check } from './fail.js';
import { runFlowSync } from './signature-job.js';
import type { VerifiedQuote } from './verified-quote.js';
import { type VerifyQuoteOptions, verificationFlow } from './verify-quote.js';

export interface VerifyQuoteSyncOptions extends VerifyQuoteOptions {
  /** Default: the platform's cryptography that answers at once. */
  readonly primitives?: SyncQuotePrimitives | undefined;
}

/**
 * `verifyQuote` without a promise: the same checks, options and errors. In browsers P-256 in JavaScript takes about 1 ms a signature,
 * nine for a quote, and 1.3 kB beside `verifyQuote`, which uses WebCrypto; a cache leaves three signatures or one.
 * @throws CocoonError of kind `attestation`; codes in `ATTESTATION_CODES`.
 */
export function verifyQuoteSync(bytes: Uint8Array, options: VerifyQuoteSyncOptions): VerifiedQuote {
  check(typeof options === 'object' && options !== null, 'OPTIONS', 'missing');
  const primitives = options.primitives ?? syncQuotePrimitives;
  return runFlowSync(verificationFlow(bytes, options, primitives.sha256), primitives);
}
