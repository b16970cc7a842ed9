// Do texts become vectors through a real HTTP server, and is every wrong answer of it refused?
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collect } from '../../../test-support/upstream/collect.js';
import { type FakeUpstream, startUpstream } from '../../../test-support/upstream/start-upstream.js';
import { createOpenAiEngine, type OpenAiEngine, type OpenAiEngineOptions } from './create-openai-engine.js';

const operation = 'embeddings' as const;
const input = ['one', 'and two', 'three'];
let upstream: FakeUpstream;
const engines: OpenAiEngine[] = [];

beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  await upstream.stop();
});

function create(upstreamModel: string, options: Partial<OpenAiEngineOptions> = {}): OpenAiEngine {
  const engine = createOpenAiEngine({
    upstream: upstream.url,
    model: 'public-name',
    upstreamModel,
    maxContext: 4096,
    features: ['embeddings'],
    ...options,
  });
  engines.push(engine);
  return engine;
}
const rows = (chunks: readonly string[]) => chunks.map((json) => JSON.parse(json));

it.each([['float'], ['base64']] as const)('accepts: %s, in the order of the texts', async (format) => {
  const request = { input, encoding_format: format, dimensions: 4, x_secret: 'not passed on' };
  const { chunks, end, error } = await collect(create('fake-embed'), request, { operation });
  expect(error).toBeUndefined();
  const { request: asked, payloads } = await upstream.sent('last');
  expect(rows(chunks)).toEqual(JSON.parse(payloads[0] ?? '{}').data.reverse());
  expect(rows(chunks).map(({ index }) => index)).toEqual([0, 1, 2]);
  expect(JSON.parse(asked)).toEqual({
    model: 'fake-embed',
    input,
    encoding_format: format,
    dimensions: 4,
  });
  expect(end).toEqual({
    type: 'end',
    finish: 'stop',
    usage: { prompt: 10, cached: 0, completion: 0, reasoning: 0 },
    countedBy: 'engine',
  });
});

it('accepts: one text, and a tokenizer where the server does not count', async () => {
  const tokenizer = (text: string) => text.length;
  const engine = create('fake-embed+no-usage', { tokenizer });
  const { chunks, end } = await collect(engine, { input: 'four' }, { operation });
  expect(chunks).toHaveLength(1);
  expect(end).toMatchObject({ usage: { prompt: 4, completion: 0 }, countedBy: 'tokenizer' });
});

it.each([
  ['a text without a vector', 'embed-missing', 'UPSTREAM_MALFORMED'],
  ['two vectors for one text', 'embed-twice', 'UPSTREAM_MALFORMED'],
  ['vectors of different lengths', 'embed-ragged', 'UPSTREAM_MALFORMED'],
  ['text for a vector', 'embed-text', 'UPSTREAM_MALFORMED'],
  ['half an answer', 'garbage', 'UPSTREAM_MALFORMED'],
  ['another content type', 'not-json', 'UPSTREAM_MALFORMED'],
  ['an answer cut off', 'cut', 'UPSTREAM_TRUNCATED'],
  ['no count', 'no-usage', 'ENGINE_NO_USAGE'],
  ['a count that no text explains', 'bloated-usage', 'ENGINE_BAD_USAGE'],
  ['a refusal', 'status-400', 'UPSTREAM_REFUSED'],
  ['a server that is busy', 'status-429', 'UPSTREAM_BUSY'],
])('rejects: %s', async (_name, fault, code) => {
  const { chunks, end, error } = await collect(create(`fake-embed+${fault}`), { input }, { operation });
  expect(error).toMatchObject({ code });
  expect(JSON.stringify(error)).not.toContain('and two');
  expect([chunks, end]).toEqual([[], undefined]);
});

it('rejects: a vector larger than an item of an answer', async () => {
  const { error } = await collect(create('fake-embed+embed-giant'), { input: 'one' }, { operation });
  expect(error).toMatchObject({ code: 'UPSTREAM_EVENT_TOO_LARGE' });
});

it.each<[string, object, string]>([
  ['no texts', { input: [] }, 'REQUEST_INVALID'],
  ['tokens', { input: [[1]] }, 'REQUEST_INVALID'],
  ['a format that is none', { input, encoding_format: 'int8' }, 'REQUEST_INVALID'],
  ['dimensions that are none', { input, dimensions: 0.5 }, 'REQUEST_INVALID'],
])('rejects: %s, before the server hears of it', async (_name, request, code) => {
  const before = (await upstream.stats()).requests;
  const { error } = await collect(create('fake-embed'), { ...request }, { operation });
  expect(error).toMatchObject({ kind: 'model', code });
  expect((await upstream.stats()).requests).toBe(before);
});

it('rejects: an engine without the feature', async () => {
  const engine = create('fake-embed', { features: ['chat'] });
  expect((await collect(engine, { input }, { operation })).error).toMatchObject({
    code: 'MODEL_LACKS_FEATURE',
  });
});

it('closes the connection when the caller aborts, and nothing is owed', async () => {
  const abort = new AbortController();
  const before = (await upstream.stats()).requests;
  const running = collect(create('fake-embed+slow-headers'), { input }, { operation, signal: abort.signal });
  await expect.poll(async () => (await upstream.stats()).requests).toBeGreaterThan(before);
  abort.abort();
  expect(await running).toMatchObject({
    error: undefined,
    end: { finish: 'stop', usage: { prompt: 0, completion: 0 } },
  });
});
