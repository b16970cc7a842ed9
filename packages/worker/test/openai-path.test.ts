// Does what a model server says reach the client byte for byte, and does a cancel reach the server?
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Feature } from '../src/engines/engine.js';
import { type FakeUpstream, startUpstream } from '../test-support/upstream/start-upstream.js';
import { offer, readAnswer, seal } from './support/ask.js';
import { until, useHarness } from './support/harness.js';
import { saying, scriptedEngine } from './support/scripted-engine.js';

const harness = useHarness();
let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream.stop());

const settings = () => ({
  engine: 'openai' as const,
  upstream: upstream.url,
  model: 'fake',
  features: 'chat,tools',
});
const question = (x_fake: object): object => ({
  messages: [{ role: 'user', content: 'Hello there' }],
  x_fake,
});

test('chunks arrive unchanged, and the bill is the server’s own count', async () => {
  const { channel } = await harness.connected({ settings: settings() });
  const sealed = await seal([channel.worker], {
    json: question({ reply: 'one two three' }),
    padding: 'balanced',
  });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(answer.text).toBe('one two three');
  expect(answer.receipt.private.countedBy).toBe('engine');
  const { id } = JSON.parse(answer.items[0] ?? '{}');
  const sent = await upstream.sent(id);
  expect([...answer.items, '[DONE]']).toEqual(sent.payloads);
  expect(sent.request).not.toContain('cacheSalt');
});

test('a model of the catalog thinks apart from its answer, and its thinking is billed as such', async () => {
  const { channel } = await harness.connected({
    settings: { engine: 'openai', upstream: upstream.url, upstreamModel: 'fake', model: 'qwen3-0.6b' },
  });
  const json = question({ reply: '<think> first second </think> the answer' });
  const sealed = await seal([channel.worker], { json });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(answer.text).toBe('the answer');
  const { usage } = answer.receipt.private;
  expect(usage).toMatchObject({ completion: 6, reasoning: 3 });
  // ×8 for both kinds of output, ×0.15 for this model: PROTOCOL.md §10, each term rounded down.
  const term = (tokens: number, multiplier: number) => Math.floor((tokens * 150 * multiplier) / 1e7);
  expect(answer.receipt.receipt.tokens).toBe(
    BigInt(term(usage.prompt, 10_000) + term(3, 80_000) + term(3, 80_000)),
  );
});

test('texts become vectors, in the order of the texts, billed as prompt tokens alone', async () => {
  const { channel } = await harness.connected({
    settings: { ...settings(), upstreamModel: 'fake-embed', features: 'embeddings', coefficient: 1_000 },
  });
  const json = { model: 'fake', input: ['one', 'and two'], dimensions: 3 };
  const sealed = await seal([channel.worker], { operation: 'embeddings', json, maxOutput: 0 });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  const rows = answer.items.map((item) => JSON.parse(item));
  const sent = await upstream.sent('last');
  const { data, usage } = JSON.parse(sent.payloads[0] ?? '{}');
  expect(rows).toEqual([...data].reverse());
  expect(rows.map(({ index, embedding }) => [index, embedding.length])).toEqual([
    [0, 3],
    [1, 3],
  ]);
  expect(JSON.parse(sent.request)).toEqual({
    model: 'fake-embed',
    input: ['one', 'and two'],
    encoding_format: 'float',
    dimensions: 3,
  });
  const { receipt, private: details } = answer.receipt;
  expect(details).toMatchObject({
    countedBy: 'engine',
    usage: { prompt: usage.prompt_tokens, cached: 0, completion: 0, reasoning: 0 },
  });
  expect(receipt).toMatchObject({ finish: 'stop', tokens: BigInt(usage.prompt_tokens) });
});

test.each<[string, string, object, string]>([
  ['a model without the feature', 'chat', { input: 'x' }, 'MODEL_LACKS_FEATURE'],
  ['no texts', 'embeddings', { input: [] }, 'REQUEST_INVALID'],
  ['tokens', 'embeddings', { input: [1, 2, 3] }, 'REQUEST_INVALID'],
  ['an empty text', 'embeddings', { input: ['a', ''] }, 'REQUEST_INVALID'],
  ['more texts than allowed', 'embeddings', { input: Array(2_049).fill('a') }, 'REQUEST_INVALID'],
])('rejects: %s, free of charge and before the server hears of it', async (_name, features, json, code) => {
  const { channel } = await harness.connected({ settings: { ...settings(), features } });
  const before = (await upstream.stats()).requests;
  const sealed = await seal([channel.worker], { operation: 'embeddings', json, maxOutput: 0 });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(answer.error?.code).toBe(code);
  expect(answer.receipt.receipt).toMatchObject({ tokens: 0n, finish: 'error' });
  expect((await upstream.stats()).requests).toBe(before);
});

test.each<[string, Feature[], object, string]>([
  ['a model without the feature', ['chat'], { input: 'x' }, 'MODEL_LACKS_FEATURE'],
  ['tokens', ['embeddings'], { input: [1, 2, 3] }, 'REQUEST_INVALID'],
])('rejects: %s, before any engine is started', async (_name, features, json, code) => {
  const engine = scriptedEngine({ features, run: saying(['no']) });
  const { channel } = await harness.connected({ engine });
  const sealed = await seal([channel.worker], { operation: 'embeddings', json, maxOutput: 0 });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(answer.error?.code).toBe(code);
  expect(engine.runs).toBe(0);
});

test('tools and several choices pass to the server as they came', async () => {
  const { channel } = await harness.connected({ settings: settings() });
  const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }];
  const json = { ...question({ reply: 'ok' }), tools, n: 2, temperature: 0.5 };
  const sealed = await seal([channel.worker], { json });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  const { id } = JSON.parse(answer.items[0] ?? '{}');
  expect(JSON.parse((await upstream.sent(id)).request)).toMatchObject({
    tools,
    n: 2,
    temperature: 0.5,
    stream: true,
  });
});

test('a cancel closes the connection to the server, and what was produced is billed', async () => {
  const { channel } = await harness.connected({ settings: settings() });
  const json = question({ reply: 'word '.repeat(4_500), delayMs: 20 });
  const sealed = await seal([channel.worker], { json });
  const stream = await offer(channel, sealed);
  await until(() => channel.stream(stream).chunks.length >= 4);
  await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token: sealed.cancelToken });
  const answer = await readAnswer(channel, sealed, stream);
  expect(answer.receipt.receipt.finish).toBe('cancelled');
  expect(answer.receipt.private.usage.prompt).toBeGreaterThan(0);
  const { id } = JSON.parse(answer.items[0] ?? '{}');
  await expect.poll(async () => (await upstream.sent(id)).cutByClient).toBe(true);
});

test('a server that is not there is a failure of the engine, free of charge', async () => {
  const { channel } = await harness.connected({
    settings: { ...settings(), upstream: 'http://127.0.0.1:9/v1' },
  });
  const sealed = await seal([channel.worker], { json: question({}) });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(answer.error?.code).toBe('ENGINE_FAILED');
  expect(answer.receipt.receipt).toMatchObject({ tokens: 0n, finish: 'error' });
});
