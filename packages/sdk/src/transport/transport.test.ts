// Does the transport keep its limits on real sockets, and call nothing authenticated?
import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { listen, type ServedNetwork } from '../../test/support/serve-network.js';
import { LIMITS } from '../protocol/limits.js';
import { fetchOverHttp } from './platform-fetch.node.js';
import { createTransport } from './transport.js';

const DIGEST = new Uint8Array(32).fill(0xab);
let served: ServedNetwork | undefined;
afterEach(async () => served?.close());

describe.each([
  ['fetch', globalThis.fetch],
  ['node:http', fetchOverHttp],
])('transport over %s', (_name, way) => {
  async function against(answer: Parameters<typeof createServer>[1]) {
    served = await listen(createServer(answer));
    return createTransport(served.url, way);
  }

  it('accepts: a message as bare bytes, without content type', async () => {
    let seen: { url?: string | undefined; type?: string | undefined; body: string } = { body: '' };
    const transport = await against(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      seen = {
        url: request.url,
        type: request.headers['content-type'],
        body: Buffer.concat(chunks).toString(),
      };
      response.end('ok');
    });
    const view = new TextEncoder().encode('xxhelloxx').subarray(2, 7);
    expect(new TextDecoder().decode(await transport.control(DIGEST, view))).toBe('ok');
    expect(seen).toEqual({ url: `/v1/ctl/${'ab'.repeat(8)}`, type: undefined, body: 'hello' });
  });

  it('rejects: an answer above its limit, without reading it to the end', async () => {
    const transport = await against((_, response) => {
      const chunk = Buffer.alloc(65_536);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    await expect(transport.evidence()).rejects.toMatchObject({
      code: 'ANSWER_TOO_LARGE',
      authenticated: false,
      details: { limit: LIMITS.evidenceBundleBytes },
    });
  });

  it('rejects: statuses, redirects and broken connections, without a word of their text', async () => {
    const transport = await against((request, response) => {
      if (request.url?.startsWith('/v1/ctl') === true)
        return void response.writeHead(302, { location: '/elsewhere' }).end();
      if (request.url === '/v1/evidence') return void response.writeHead(502).end('<b>secret page</b>');
      // Once all is read the connection ends behind what was written, and not before it.
      request.resume();
      request.on('end', () => response.writeHead(200).write('begin', () => response.destroy()));
    });
    const error = await transport.evidence().catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'PROXY_STATUS', details: { status: 502 } });
    expect(JSON.stringify(error)).not.toContain('secret');
    await expect(transport.control(DIGEST, new Uint8Array(1))).rejects.toMatchObject({
      code: 'PROXY_UNREACHABLE',
    });
    const stream = await transport.infer(DIGEST, [new Uint8Array(1)], new AbortController().signal);
    const drain = async () => {
      while ((await stream.read()) !== undefined);
    };
    await expect(drain()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('rejects: nobody there', async () => {
    // No service has port 2, and no system gives it to anybody who asks for a free one.
    await expect(createTransport('http://127.0.0.1:2', way).evidence()).rejects.toMatchObject({
      code: 'PROXY_UNREACHABLE',
    });
  });

  it('rejects: an aborted read with ABORTED', async () => {
    const transport = await against((_, response) => void response.writeHead(200).write('begin'));
    const controller = new AbortController();
    const stream = await transport.infer(DIGEST, [new Uint8Array(1)], controller.signal);
    await stream.read();
    controller.abort();
    await expect(stream.read()).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('accepts: a long answer in order to a slow reader', async () => {
    const pieces = Array.from({ length: 100 }, (_, i) => Buffer.alloc(16_384, i));
    const transport = await against(async (_, response) => {
      for (const piece of pieces) {
        if (response.write(piece)) continue;
        await new Promise((resolve) => response.once('drain', resolve));
      }
      response.end();
    });
    const stream = await transport.infer(DIGEST, [new Uint8Array(1)], new AbortController().signal);
    const read: Uint8Array[] = [];
    for (let chunk = await stream.read(); chunk !== undefined; chunk = await stream.read()) {
      expect(Object.getPrototypeOf(chunk)).toBe(Uint8Array.prototype);
      read.push(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(Buffer.concat(read).equals(Buffer.concat(pieces))).toBe(true);
  });

  it('rejects: a call stopped before it began, and one stopped before an answer, with ABORTED', async () => {
    const controller = new AbortController();
    const transport = await against(() => controller.abort());
    await expect(transport.infer(DIGEST, [new Uint8Array(1)], controller.signal)).rejects.toMatchObject({
      code: 'ABORTED',
    });
    await expect(transport.infer(DIGEST, [new Uint8Array(1)], controller.signal)).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});

describe('transport', () => {
  it('rejects: an answer that goes silent as a lost connection, and one that never begins as an unreachable proxy', async () => {
    const signals: (AbortSignal | null | undefined)[] = [];
    const answers: Promise<Response>[] = [
      Promise.resolve(
        new Response(
          new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode('begin')) }),
        ),
      ),
      new Promise(() => undefined),
    ];
    const fetch: typeof globalThis.fetch = (_, init) => {
      signals.push(init?.signal);
      return answers[signals.length - 1] ?? Promise.reject(new TypeError('asked too often'));
    };
    const transport = createTransport('http://silent.invalid', fetch, 30);
    const { signal } = new AbortController();
    const stream = await transport.infer(DIGEST, [new Uint8Array(1)], signal);
    expect(new TextDecoder().decode(await stream.read())).toBe('begin');
    await expect(stream.read()).rejects.toMatchObject({ code: 'CONNECTION_LOST', authenticated: false });
    await expect(transport.infer(DIGEST, [new Uint8Array(1)], signal)).rejects.toMatchObject({
      code: 'PROXY_UNREACHABLE',
    });
    // Nothing is left open behind the caller's back.
    expect(signals.map((one) => one?.aborted)).toEqual([true, true]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
