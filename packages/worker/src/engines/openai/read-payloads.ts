// How do the payloads of one upstream answer arrive, one at a time, only as fast as they are asked for?
import type { Dispatcher } from 'undici';
import { openResponse, type UpstreamCall } from './open-response.js';
import { createSseParser } from './parse-sse.js';
import { readBytes } from './read-bytes.js';
import { upstreamError } from './upstream-error.js';

export const MAX_EVENT_BYTES = 1024 * 1024;
// Between [DONE] and the end of the HTTP body nothing is due. The rest is read so that the connection can be used again.
const MAX_TAIL_BYTES = 64 * 1024;
const MAX_TAIL_MS = 100;

/**
 * Yields the payloads before `[DONE]` and returns after it. Waiting for the consumer is not idle time.
 *
 * @throws CocoonError `UPSTREAM_REFUSED` (3xx, 4xx), `UPSTREAM_BUSY` (429, 503), `UPSTREAM_FAILED` (5xx, socket),
 * `UPSTREAM_TIMEOUT`, `UPSTREAM_TRUNCATED`, `UPSTREAM_MALFORMED`, `UPSTREAM_EVENT_TOO_LARGE`, `UPSTREAM_STREAM_TOO_LARGE`.
 */
export async function* readPayloads(call: UpstreamCall): AsyncGenerator<string, void, undefined> {
  const response = await openResponse(call, 'stream');
  let done = false;
  try {
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
