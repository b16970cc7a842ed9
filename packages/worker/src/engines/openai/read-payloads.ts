// How do the payloads of one upstream answer arrive, one at a time, only as fast as they are asked for?
import type { Agent, Dispatcher } from 'undici';
import { createSseParser } from './parse-sse.js';
import type { Upstream } from './parse-upstream.js';
import { type UpstreamErrorCode, upstreamError } from './upstream-error.js';

export const MAX_EVENT_BYTES = 1024 * 1024;
// Between [DONE] and the end of the HTTP body nothing is due. The rest is read so that the connection can be used again.
const MAX_TAIL_BYTES = 64 * 1024;
const MAX_TAIL_MS = 100;

export interface UpstreamCall {
  agent: Agent;
  upstream: Upstream;
  apiKey?: string | undefined;
  body: string;
  /** Aborted by the caller, by `close()` or by this file: closes the connection at once. */
  stop: AbortController;
  headersTimeoutMs: number;
  idleTimeoutMs: number;
  maxStreamBytes: number;
}

/**
 * Yields the payloads before `[DONE]` and returns after it. Waiting for the consumer is not idle time.
 *
 * @throws CocoonError `UPSTREAM_REFUSED` (3xx, 4xx), `UPSTREAM_BUSY` (429, 503), `UPSTREAM_FAILED` (5xx, socket),
 * `UPSTREAM_TIMEOUT`, `UPSTREAM_TRUNCATED`, `UPSTREAM_MALFORMED`, `UPSTREAM_EVENT_TOO_LARGE`, `UPSTREAM_STREAM_TOO_LARGE`.
 */
export async function* readPayloads(call: UpstreamCall): AsyncGenerator<string, void, undefined> {
  const response = await openStream(call);
  // Destroying a body that nobody reads any more emits an error that nobody needs.
  response.body.on('error', () => {});
  let done = false;
  try {
    checkResponse(response);
    const parser = createSseParser({ maxEventBytes: MAX_EVENT_BYTES });
    const chunks: AsyncIterator<unknown> = response.body[Symbol.asyncIterator]();
    let received = 0;
    for (;;) {
      const bytes = await readBytes(chunks, call);
      if (bytes === undefined) throw upstreamError('UPSTREAM_TRUNCATED');
      received += bytes.length;
      if (received > call.maxStreamBytes)
        throw upstreamError('UPSTREAM_STREAM_TOO_LARGE', { maxStreamBytes: call.maxStreamBytes });
      for (const payload of parser.push(bytes)) {
        done = payload === '[DONE]';
        if (done) {
          await readTail(chunks, response.body);
          return;
        }
        if (call.stop.signal.aborted) throw upstreamError('UPSTREAM_TRUNCATED');
        yield payload;
      }
    }
  } finally {
    if (!done) response.body.destroy();
  }
}

async function openStream({
  agent,
  upstream,
  apiKey,
  body,
  stop,
  headersTimeoutMs,
}: UpstreamCall): Promise<Dispatcher.ResponseData> {
  try {
    return await agent.request({
      origin: upstream.origin,
      path: `${upstream.basePath}/chat/completions`,
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'accept-encoding': 'identity',
        'content-type': 'application/json',
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body,
      signal: stop.signal,
      headersTimeout: headersTimeoutMs,
      bodyTimeout: 0,
    });
  } catch (error) {
    throw socketError(error, 'UPSTREAM_FAILED');
  }
}

function checkResponse({ statusCode: status, headers }: Dispatcher.ResponseData): void {
  if (status === 429 || status === 503) {
    const wait = Number(headers['retry-after']);
    throw upstreamError(
      'UPSTREAM_BUSY',
      Number.isInteger(wait) && wait >= 0 && wait <= 3_600 ? { status, retryAfterSeconds: wait } : { status },
    );
  }
  if (status >= 500) throw upstreamError('UPSTREAM_FAILED', { status });
  // Redirects are never followed: their target was not checked.
  if (status >= 300) throw upstreamError('UPSTREAM_REFUSED', { status });
  const type = String(headers['content-type'] ?? '');
  const encoding = String(headers['content-encoding'] ?? 'identity');
  if (status !== 200 || !/^text\/event-stream\b/i.test(type) || encoding !== 'identity') {
    throw upstreamError('UPSTREAM_MALFORMED', { status, reason: 'not an event stream' });
  }
}

async function readBytes(
  chunks: AsyncIterator<unknown>,
  { stop, idleTimeoutMs }: UpstreamCall,
): Promise<Uint8Array | undefined> {
  let silent = false;
  const timer = setTimeout(() => {
    silent = true;
    stop.abort();
  }, idleTimeoutMs);
  try {
    const next = await chunks.next();
    // undici's bodies are bytes; anything else would be an end that nobody announced.
    return next.done !== true && next.value instanceof Uint8Array ? next.value : undefined;
  } catch (error) {
    if (silent) throw upstreamError('UPSTREAM_TIMEOUT', { idleTimeoutMs });
    throw socketError(error, 'UPSTREAM_TRUNCATED');
  } finally {
    clearTimeout(timer);
  }
}

async function readTail(
  chunks: AsyncIterator<unknown>,
  body: Dispatcher.ResponseData['body'],
): Promise<void> {
  const timer = setTimeout(() => body.destroy(), MAX_TAIL_MS);
  let left = MAX_TAIL_BYTES;
  try {
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      left -= next.value instanceof Uint8Array ? next.value.length : MAX_TAIL_BYTES;
      if (left < 0) break;
    }
  } catch {
    // The answer is complete; how its connection ends does not matter.
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
}

/** Keeps the name of a socket or HTTP error, never the error itself: a parse error of undici holds the bytes it met. */
function socketError(error: unknown, otherwise: UpstreamErrorCode): Error {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return upstreamError('UPSTREAM_TIMEOUT');
  const notHttp = error instanceof Error && error.name === 'HTTPParserError';
  if (notHttp || code === 'UND_ERR_HEADERS_OVERFLOW')
    return upstreamError('UPSTREAM_MALFORMED', { reason: 'not HTTP' });
  return upstreamError(otherwise, /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? { socket: code } : {});
}
