import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../../test-support/upstream/collect.js';
import { type FakeUpstream, startUpstream } from '../../../test-support/upstream/start-upstream.js';
import { createOpenAiEngine, type OpenAiEngine, type OpenAiEngineOptions } from './create-openai-engine.js';

const features = ['chat', 'tools', 'json', 'vision', 'reasoning'] as const;
const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }];
let upstream: FakeUpstream;
const engines: OpenAiEngine[] = [];

beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  await upstream.stop();
});

function create(upstreamModel = 'fake', options: Partial<OpenAiEngineOptions> = {}): OpenAiEngine {
  const engine = createOpenAiEngine({
    upstream: upstream.url,
    model: 'public-name',
    upstreamModel,
    maxContext: 4096,
    features,
    ...options,
  });
  engines.push(engine);
  return engine;
}

describe('chunks reach the client as the upstream sent them', () => {
  it.each([
    ['plain', 'fake', {}],
    ['CRLF lines, comments, ids', 'fake+crlf+comments', {}],
    ['CR lines and a byte order mark', 'fake+cr+bom', {}],
    ['events over several data lines', 'fake+multiline', {}],
    ['one byte in each packet', 'fake+split+crlf', {}],
    ['tool calls in pieces', 'fake', { tools }],
    ['a JSON answer', 'fake', { response_format: { type: 'json_object' } }],
    ['several choices', 'fake', { n: 3 }],
    ['several tool calls', 'fake+multiline+split', { n: 2, tools }],
    ['reasoning', 'fake', { x_fake: { reasoning: 'let me think about 漢字' } }],
    ['log-probabilities', 'fake', { logprobs: true }],
    ['no usage', 'fake+no-usage', {}],
    ['an event just under the limit', 'fake+giant', { x_fake: { giantBytes: 1024 * 1024 - 300 } }],
  ])('accepts: %s', async (_name, model, request) => {
    const { chunks, end, id, error } = await collect(create(model), request);
    expect(error).toBeUndefined();
    const sent = await upstream.sent(id);
    expect(sent.payloads.length).toBeGreaterThan(3);
    expect([...chunks, '[DONE]']).toEqual(sent.payloads);
    expect(end).toMatchObject({ type: 'end', finish: 'tools' in request ? 'tool_calls' : 'stop' });
  });

  it('accepts: fifty answers at once, each whole and none mixed with another', async () => {
    const engine = create();
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        collect(engine, { messages: [{ role: 'user', content: `number ${index} 🌍` }] }),
      ),
    );
    for (const [index, { chunks, id, error }] of results.entries()) {
      expect(error).toBeUndefined();
      const sent = await upstream.sent(id);
      expect([...chunks, '[DONE]']).toEqual(sent.payloads);
      expect(sent.request).toContain(`number ${index} 🌍`);
    }
  });
});

describe('the request that reaches the upstream', () => {
  it('keeps the fields of the caller and asks for a stream with usage', async () => {
    const request = {
      temperature: 0.25,
      seed: 7,
      stop: ['x'],
      logit_bias: { '1': 2 },
      my_extra: { a: [null, 'ü'] },
      stream: false,
    };
    const { id } = await collect(create('fake'), request, { maxOutputTokens: 12 });
    const sent = await upstream.sent(id);
    expect(JSON.parse(sent.request)).toEqual({
      messages: [{ role: 'user', content: 'hello' }],
      ...request,
      model: 'fake',
      stream: true,
      stream_options: { include_usage: true, continuous_usage_stats: true },
      max_tokens: 12,
    });
    expect(sent.headers).toMatchObject({ 'content-type': 'application/json', accept: 'text/event-stream' });
    expect(sent.headers).not.toHaveProperty('authorization');
  });

  it('is not sent at all when the card lacks a feature or content would have to be fetched', async () => {
    const engine = create('fake', { features: ['chat'] });
    const before = (await upstream.stats()).requests;
    const image = (url: string) => ({
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
    });
    for (const [request, code] of [
      [{ tools }, 'MODEL_LACKS_FEATURE'],
      [{ response_format: { type: 'json_object' } }, 'MODEL_LACKS_FEATURE'],
      [image('data:image/png;base64,AA=='), 'MODEL_LACKS_FEATURE'],
      [image('https://evil.example/a.png'), 'UNSUPPORTED_URL'],
      [{ kv_transfer_params: {} }, 'UNSUPPORTED_FIELD'],
      [{ max_tokens: 'all' }, 'REQUEST_INVALID'],
    ] as const) {
      expect((await collect(engine, request)).error).toMatchObject({ kind: 'model', code });
    }
    expect((await upstream.stats()).requests).toBe(before);
  });

  it('accepts: a unix socket and an API key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ck-upstream-'));
    const local = await startUpstream(['--socket', join(folder, 'llm.sock'), '--api-key', 'k-123']);
    try {
      const engine = create('fake', { upstream: local.url, apiKey: 'k-123' });
      const { chunks, id, error } = await collect(engine, {});
      expect(error).toBeUndefined();
      expect([...chunks, '[DONE]']).toEqual((await local.sent(id)).payloads);
      const wrong = await collect(create('fake', { upstream: local.url, apiKey: 'k-wrong' }), {});
      expect(wrong.error).toMatchObject({ code: 'UPSTREAM_REFUSED', details: { status: 401 } });
      expect(JSON.stringify(wrong.error)).not.toContain('k-wrong');
      expect(engine.card.external).toBe(false);
    } finally {
      await local.stop();
      await rm(folder, { recursive: true });
    }
  });

  it('accepts: the name localhost', async () => {
    const engine = create('fake', { upstream: upstream.url.replace('127.0.0.1', 'localhost') });
    expect((await collect(engine, {})).error).toBeUndefined();
  });

  it('uses connections again', async () => {
    const engine = create();
    const before = (await upstream.stats()).connections;
    for (let round = 0; round < 30; round += 1) await collect(engine, {});
    // One look at the counters is a connection of its own; a second place may be taken before the first is free again.
    expect((await upstream.stats()).connections - before).toBeLessThanOrEqual(4);
  });
});

describe('usage', () => {
  it("is the engine's, with cached and reasoning tokens", async () => {
    const x_fake = { reply: 'one two three', reasoning: 'hm hm', cached: 3 };
    const { end, counts } = await collect(create(), { x_fake });
    expect(end).toEqual({
      type: 'end',
      finish: 'stop',
      usage: { prompt: 5, cached: 3, completion: 5, reasoning: 2 },
      countedBy: 'engine',
    });
    expect(counts).toEqual([0, 1, 2, 3, 4, 5, 5, 5]);
  });

  it('adds up over several choices', async () => {
    const { end, counts } = await collect(create(), { n: 3, x_fake: { reply: 'one two' } });
    expect(end).toMatchObject({ usage: { prompt: 5, completion: 6 }, countedBy: 'engine' });
    expect(counts).toEqual([0, 0, 0, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6]);
  });

  it('is taken from the last chunk when it does not come continuously', async () => {
    const { end, counts } = await collect(create('fake+no-continuous-usage'), {
      x_fake: { reply: 'one two three' },
    });
    expect(counts).toEqual([0, 1, 2, 3, 3, 3]);
    expect(end).toMatchObject({ usage: { prompt: 5, completion: 3 }, countedBy: 'engine' });
  });

  it("is the tokenizer's, else that of the deltas, when the upstream is silent", async () => {
    const x_fake = { reply: 'one two three' };
    const tokenizer = (text: string): number => text.length;
    const exact = await collect(create('fake+no-usage', { tokenizer }), { x_fake });
    expect(exact.end).toMatchObject({
      usage: { prompt: 5, cached: 0, completion: 13, reasoning: 0 },
      countedBy: 'tokenizer',
    });
    const rough = await collect(create('fake+no-usage'), { x_fake });
    expect(rough.end).toMatchObject({
      usage: { prompt: 0, cached: 0, completion: 3, reasoning: 0 },
      countedBy: 'deltas',
    });
  });

  it('ends with length at the cap, also when the upstream takes no notice of it', async () => {
    const polite = await collect(create(), {}, { maxOutputTokens: 3 });
    expect(polite.end).toMatchObject({ finish: 'length', usage: { completion: 3 }, countedBy: 'engine' });
    const reply = 'word '.repeat(4_500);
    for (const model of ['fake+ignore-cap', 'fake+ignore-cap+no-usage']) {
      const rude = await collect(create(model), { x_fake: { reply, delayMs: 20 } }, { maxOutputTokens: 3 });
      expect(rude.end).toMatchObject({ finish: 'length', usage: { completion: 3 } });
      expect(rude.chunks.length).toBeLessThan(30);
      await expect.poll(async () => (await upstream.sent(rude.id)).cutByClient).toBe(true);
    }
  });
});

describe('the card', () => {
  it('says what the engine is', () => {
    const tokenizerDigest = new Uint8Array(32).fill(7);
    expect(create('fake', { tokenizerDigest }).card).toEqual({
      id: 'cocoonkit/openai',
      model: 'public-name',
      engine: 'OpenAI-compatible server',
      features,
      maxContext: 4096,
      tokenizerDigest,
      external: false,
    });
  });

  it('rejects: an upstream elsewhere, unless it is allowed and then marked', () => {
    const options = { upstream: 'https://api.example.com/v1', model: 'm', maxContext: 10 };
    expect(() => createOpenAiEngine(options)).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_NOT_LOCAL', kind: 'config' }),
    );
    const engine = createOpenAiEngine({ ...options, allowUnattestedUpstream: true });
    engines.push(engine);
    expect(engine.card.external).toBe(true);
    expect(create('fake', { allowUnattestedUpstream: true }).card.external).toBe(false);
  });

  it('rejects: an API key that would break the header', () => {
    expect(() => create('fake', { apiKey: 'a\r\nx: y' })).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_KEY_INVALID' }),
    );
  });
});
