// How is one answer fetched: a few tries, never too long, never too much?
import ky from 'ky';
import type { PcsResponse } from '../attestation/collateral/parse-pcs-responses.js';
import { concat } from '../internal/bytes.js';

const MAX_RETRY_AFTER_MS = 30_000;
const MAX_BACKOFF_MS = 10_000;
const RETRIED = [408, 429, 500, 502, 503, 504];

export interface GetOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly jitter: () => number;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly maxBytes: number;
}

/** The answer is longer than allowed. Never leaves pcs/. */
export class TooLongError extends Error {}

/** @throws `HTTPError` of ky for a status that is not 2xx, `TooLongError`, and whatever `fetch` throws. */
export async function getAnswer(url: string, options: GetOptions): Promise<PcsResponse> {
  const { fetch, jitter, signal, timeoutMs, retries, maxBytes } = options;
  const response = await ky.get(url, {
    fetch,
    signal,
    timeout: timeoutMs,
    // The services do not redirect; following one would let them choose what this machine connects to.
    redirect: 'error',
    retry: {
      limit: retries,
      statusCodes: RETRIED,
      afterStatusCodes: [429, 503],
      maxRetryAfter: MAX_RETRY_AFTER_MS,
      backoffLimit: MAX_BACKOFF_MS,
      retryOnTimeout: true,
      jitter: (delayMs) => delayMs * (0.5 + jitter() / 2),
    },
  });
  return { body: await readUpTo(response, maxBytes), headers: Object.fromEntries(response.headers) };
}

async function readUpTo(response: Response, maxBytes: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop by an error cancels the body.
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > maxBytes) throw new TooLongError();
    chunks.push(chunk);
  }
  return concat(...chunks);
}
