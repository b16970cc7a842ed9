// What is in an answer that comes as one JSON document?
import { openResponse, type UpstreamCall } from './open-response.js';
import { readBytes } from './read-bytes.js';
import { upstreamError } from './upstream-error.js';

/** @throws CocoonError as `openResponse`; `UPSTREAM_TRUNCATED`, `UPSTREAM_STREAM_TOO_LARGE`, `UPSTREAM_MALFORMED` (not JSON) */
export async function readJson(call: UpstreamCall): Promise<unknown> {
  const { body } = await openResponse(call, 'json');
  try {
    const chunks: AsyncIterator<unknown> = body[Symbol.asyncIterator]();
    const parts: Uint8Array[] = [];
    let received = 0;
    for (let bytes = await readBytes(chunks, call); bytes !== undefined; ) {
      received += bytes.length;
      if (received > call.maxStreamBytes)
        throw upstreamError('UPSTREAM_STREAM_TOO_LARGE', { maxStreamBytes: call.maxStreamBytes });
      parts.push(bytes);
      bytes = await readBytes(chunks, call);
    }
    return parse(Buffer.concat(parts));
  } finally {
    body.destroy();
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message quotes the text.
    throw upstreamError('UPSTREAM_MALFORMED', { reason: 'not JSON' });
  }
}
