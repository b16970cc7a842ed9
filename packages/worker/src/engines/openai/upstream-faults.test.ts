import { createServer, type Server } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../../test-support/upstream/collect.js';
import { type FakeUpstream, startUpstream } from '../../../test-support/upstream/start-upstream.js';
import { createOpenAiEngine, type OpenAiEngine } from './create-openai-engine.js';

const SECRET = 'the-patient-has-a-secret-7f3a';
/** No service has this port, and no system gives it to anybody who asks for a free one. */
const NOBODY = 'http://127.0.0.1:2/v1';
const messages = [{ role: 'user', content: `${SECRET} and more` }];
let upstream: FakeUpstream;
const engines: OpenAiEngine[] = [];

beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  await upstream.stop();
});

/** Only who never answers is waited for briefly: a machine that stands still must not look like one. */
function create(upstreamModel: string, url = upstream.url): OpenAiEngine {
  const patienceMs = /slow-headers|stall/.test(upstreamModel) ? 300 : 250_000;
  const engine = createOpenAiEngine({
    upstream: url,
    model: 'm',
    upstreamModel,
    maxContext: 4096,
    headersTimeoutMs: patienceMs,
    idleTimeoutMs: patienceMs,
  });
  engines.push(engine);
  return engine;
}

function expectNoSecret(error: unknown): void {
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(SECRET);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('secret');
  expect(JSON.stringify(error)).not.toContain('secret');
}

describe('an upstream that fails', () => {
  it.each([
    ['status-400', 'UPSTREAM_REFUSED', 'model', { status: 400 }],
    ['status-404', 'UPSTREAM_REFUSED', 'model', { status: 404 }],
    ['status-422', 'UPSTREAM_REFUSED', 'model', { status: 422 }],
    ['status-429', 'UPSTREAM_BUSY', 'network', { status: 429, retryAfterSeconds: 7 }],
    ['status-503', 'UPSTREAM_BUSY', 'network', { status: 503, retryAfterSeconds: 7 }],
    ['status-500', 'UPSTREAM_FAILED', 'network', { status: 500 }],
    ['redirect', 'UPSTREAM_REFUSED', 'model', { status: 307 }],
    ['slow-headers', 'UPSTREAM_TIMEOUT', 'network', {}],
    ['not-sse', 'UPSTREAM_MALFORMED', 'protocol', { status: 200 }],
  ])('rejects: %s before any chunk', async (fault, code, kind, details) => {
    const { chunks, end, error } = await collect(create(`fake+${fault}`), { messages });
    expect({ chunks, end }).toEqual({ chunks: [], end: undefined });
    expect(error).toMatchObject({ name: 'CocoonError', code, kind, details });
    expectNoSecret(error);
  });

  it.each([
    ['cut', 'UPSTREAM_TRUNCATED'],
    ['no-done', 'UPSTREAM_TRUNCATED'],
    ['no-finish', 'UPSTREAM_TRUNCATED'],
    ['abort-finish', 'UPSTREAM_FAILED'],
    ['stall', 'UPSTREAM_TIMEOUT'],
    ['garbage', 'UPSTREAM_MALFORMED'],
    ['not-a-chunk', 'UPSTREAM_MALFORMED'],
    ['invalid-utf8', 'UPSTREAM_MALFORMED'],
    ['error-event', 'UPSTREAM_FAILED'],
    ['giant', 'UPSTREAM_EVENT_TOO_LARGE'],
    ['giant-line', 'UPSTREAM_EVENT_TOO_LARGE'],
    ['bloated-usage', 'ENGINE_BAD_USAGE'],
  ])('rejects: %s after honest chunks', async (fault, code) => {
    const { chunks, end, id, error } = await collect(create(`fake+${fault}`), { messages });
    if (fault !== 'stall') expect(chunks.length).toBeGreaterThanOrEqual(3);
    expect(end).toBeUndefined();
    expect(error).toMatchObject({ name: 'CocoonError', code });
    expectNoSecret(error);
    // What did pass is still what was sent.
    expect((await upstream.sent(id)).payloads.slice(0, chunks.length)).toEqual(chunks);
    await expect.poll(async () => (await upstream.sent(id)).closed).toBe(true);
  });

  it.each([
    { prompt_tokens: -1, prompt_tokens_details: null },
    { completion_tokens: -1, completion_tokens_details: null },
    { prompt_tokens: -1, prompt_tokens_details: { cached_tokens: -2 } },
    { prompt_tokens: 1.5 },
    { prompt_tokens: '5' },
    { prompt_tokens: null },
    { completion_tokens: 2 ** 60 },
    { prompt_tokens_details: { cached_tokens: 1_000 } },
    { prompt_tokens_details: { cached_tokens: 'all' } },
    { completion_tokens_details: { reasoning_tokens: 1_000_000 } },
  ])('rejects: usage with %j', async (usage) => {
    const { error, end } = await collect(create('fake+bad-usage'), { messages, x_fake: { usage } });
    expect(error).toMatchObject({ code: 'ENGINE_BAD_USAGE' });
    expect(end).toBeUndefined();
  });

  it('rejects: a prompt larger than the context the card promises, before the first chunk', async () => {
    const { error, chunks } = await collect(create('fake'), { messages, x_fake: { prompt: 5_000 } });
    expect(error).toMatchObject({
      code: 'CONTEXT_OVERFLOW',
      details: { promptTokens: 5_000, maxContext: 4096 },
    });
    expect(chunks).toEqual([]);
  });

  it('rejects: an answer without text that nobody counted', async () => {
    const { error } = await collect(create('fake+no-usage'), { messages, x_fake: { reply: '' } });
    expect(error).toMatchObject({ code: 'ENGINE_NO_USAGE' });
  });

  it('rejects: events without text that never end', async () => {
    const request = { messages, x_fake: { filler: 60_000 } };
    const { error } = await collect(create('fake+endless'), request, { maxOutputTokens: 8 });
    expect(error).toMatchObject({ code: 'UPSTREAM_STREAM_TOO_LARGE' });
  });

  it('rejects: a server that is not there', async () => {
    const { error } = await collect(create('fake', NOBODY), { messages });
    expect(error).toMatchObject({ code: 'UPSTREAM_FAILED', details: { socket: 'ECONNREFUSED' } });
    expectNoSecret(error);
    const missing = await collect(create('fake', 'unix:/nonexistent/llm.sock'), { messages });
    expect(missing.error).toMatchObject({ code: 'UPSTREAM_FAILED', details: { socket: 'ENOENT' } });
  });

  it('rejects: a server killed in the middle of an answer', async () => {
    const doomed = await startUpstream();
    const engine = create('fake', doomed.url);
    const onChunk = async (count: number): Promise<void> => {
      if (count === 2) await doomed.stop();
    };
    const { error, end } = await collect(
      engine,
      { messages, x_fake: { reply: 'word '.repeat(4_500), delayMs: 20 } },
      { onChunk },
    );
    expect(error).toMatchObject({ code: 'UPSTREAM_TRUNCATED' });
    expect(end).toBeUndefined();
  });

  it.each([
    ['something that is not HTTP', (text: string) => `${text}\r\n\r\n`],
    [
      'headers that repeat the prompt and break off',
      (text: string) => `HTTP/1.1 200 OK\r\ncontent type: ${text}\r\n\r\n`,
    ],
    [
      'a compressed stream',
      () =>
        'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nxx',
    ],
  ])('rejects: %s', async (_name, reply) => {
    const server = await listen(reply(SECRET));
    try {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      const { error } = await collect(create('fake', `http://127.0.0.1:${address.port}/v1`), { messages });
      expect(error).toMatchObject({ code: 'UPSTREAM_MALFORMED' });
      expectNoSecret(error);
    } finally {
      server.close();
    }
  });
});

async function listen(reply: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(reply));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
