// What comes next from the model server, if it does not go silent?
import type { UpstreamCall } from './open-response.js';
import { socketError } from './socket-error.js';
import { upstreamError } from './upstream-error.js';

/** Undefined at the end. @throws CocoonError `UPSTREAM_TIMEOUT`, `UPSTREAM_TRUNCATED` */
export async function readBytes(
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
