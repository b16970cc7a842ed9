// How do sealed messages travel where nobody said how? In Node over node:http, for a fourth of the processor time of fetch and its Web Streams.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Fetch, FetchedAnswer, FetchedBody } from './fetch.js';

/** Less than the five seconds after which Node's servers end an idle connection: a message must not meet that end. */
const IDLE_MS = 4_000;
/** Bytes nobody has read yet; above it the socket is not read. */
const MAX_QUEUED_BYTES = 65_536;
const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308];
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'node' };

const plain = new HttpAgent({ keepAlive: true, timeout: IDLE_MS });
const secure = new HttpsAgent({ keepAlive: true, timeout: IDLE_MS });

/** Of undici, in Node and from npm: what `setGlobalDispatcher` and Node's own settings for HTTP proxies put in force. */
const DISPATCHER = Symbol.for('undici.globalDispatcher.1');
const dispatcher = (): unknown => Reflect.get(globalThis, DISPATCHER);
const untouched = dispatcher() === undefined;
const nativeFetch = globalThis.fetch;
// Reading it loads Node's own fetch, which then puts its dispatcher there.
const nativeDispatcher = untouched && globalThis.Response !== undefined ? dispatcher() : undefined;

/** An application that replaced fetch, or told it which way to go, is obeyed. */
function asNodeCame(): boolean {
  return untouched && globalThis.fetch === nativeFetch && dispatcher() === nativeDispatcher;
}

export const platformFetch: Fetch = (url, init) =>
  asNodeCame() ? fetchOverHttp(url, init) : globalThis.fetch(url, init);

/** Takes `method`, `signal` and an ArrayBuffer as `body`; follows no redirect, keeps no cookie, decodes nothing. */
export const fetchOverHttp: Fetch = (url, { method = 'GET', body, signal }) =>
  new Promise<FetchedAnswer>((resolve, reject) => {
    const request = url.startsWith('https:')
      ? httpsRequest(url, { method, headers: HEADERS, agent: secure })
      : httpRequest(url, { method, headers: HEADERS, agent: plain });
    const stop = () => request.destroy(new TypeError('aborted'));
    signal?.addEventListener('abort', stop, { once: true });
    request.on('error', reject);
    request.on('close', () => signal?.removeEventListener('abort', stop));
    request.on('response', (response) => {
      if (REDIRECTS.includes(response.statusCode)) {
        request.destroy();
        reject(new TypeError('redirected'));
      } else resolve({ status: response.statusCode ?? 0, body: bodyOf(response) });
    });
    if (signal?.aborted === true) stop();
    else request.end(body instanceof ArrayBuffer ? new Uint8Array(body) : undefined);
  });

function bodyOf(response: IncomingMessage): FetchedBody {
  const queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let over = false;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;

  const finish = (error?: Error) => {
    if (!over) failure = error;
    over = true;
    wake?.();
  };
  response.on('data', (chunk: Buffer) => {
    // Node reads into Buffers, whose slice() does not copy: only plain arrays leave this file.
    queue.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
    queuedBytes += chunk.length;
    if (queuedBytes > MAX_QUEUED_BYTES) response.pause();
    wake?.();
  });
  response.on('end', () => finish());
  response.on('error', finish);
  response.on('close', () => finish(new TypeError('the connection ended before the answer')));

  const cancel = async () => {
    response.destroy();
  };
  async function read() {
    while (queue.length === 0 && !over) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const value = queue.shift();
    if (value === undefined) {
      if (failure !== undefined) throw failure;
      return { done: true };
    }
    queuedBytes -= value.length;
    if (response.isPaused()) response.resume();
    return { done: false, value };
  }
  return { getReader: () => ({ read, cancel }), cancel };
}
