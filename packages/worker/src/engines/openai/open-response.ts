// How is a request put to the model server, and is what begins to come back an answer at all?
import type { Agent, Dispatcher } from 'undici';
import type { Upstream } from './parse-upstream.js';
import { socketError } from './socket-error.js';
import { upstreamError } from './upstream-error.js';

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

const KINDS = {
  stream: { path: '/chat/completions', type: 'text/event-stream', what: 'an event stream' },
  json: { path: '/embeddings', type: 'application/json', what: 'JSON' },
} as const;

/**
 * The caller reads the body, or destroys it.
 * @throws CocoonError `UPSTREAM_REFUSED` (3xx, 4xx), `UPSTREAM_BUSY` (429, 503), `UPSTREAM_FAILED` (5xx, socket),
 * `UPSTREAM_TIMEOUT`, `UPSTREAM_MALFORMED`
 */
export async function openResponse(
  call: UpstreamCall,
  kind: keyof typeof KINDS,
): Promise<Dispatcher.ResponseData> {
  const response = await send(call, kind);
  // Destroying a body that nobody reads any more emits an error that nobody needs.
  response.body.on('error', () => {});
  try {
    checkResponse(response, kind);
  } catch (error) {
    response.body.destroy();
    throw error;
  }
  return response;
}

async function send(
  { agent, upstream, apiKey, body, stop, headersTimeoutMs }: UpstreamCall,
  kind: keyof typeof KINDS,
): Promise<Dispatcher.ResponseData> {
  const { path, type } = KINDS[kind];
  try {
    return await agent.request({
      origin: upstream.origin,
      path: upstream.basePath + path,
      method: 'POST',
      headers: {
        accept: type,
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

function checkResponse(
  { statusCode: status, headers }: Dispatcher.ResponseData,
  kind: keyof typeof KINDS,
): void {
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
  const expected = KINDS[kind];
  const [given = ''] = type.toLowerCase().split(';');
  if (status !== 200 || given.trim() !== expected.type || encoding !== 'identity') {
    throw upstreamError('UPSTREAM_MALFORMED', { status, reason: `not ${expected.what}` });
  }
}
