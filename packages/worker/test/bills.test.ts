// Do failures cost nothing, caps hold, and signed bills reach the ledger whatever breaks?
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { expect, test } from 'vitest';
import { offer, type Question, readAnswer, readStream, seal } from './support/ask.js';
import { until, useHarness } from './support/harness.js';
import { chunk, end, type Script, saying, scriptedEngine } from './support/scripted-engine.js';

const harness = useHarness();

function throwing(code: string): Script['run'] {
  // biome-ignore lint/correctness/useYield: an engine that fails before its first chunk
  return async function* () {
    throw new CocoonError({ kind: 'model', code, message: 'secret words', remedy: 'secret words' });
  };
}

const image = (url: string): object => ({
  messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
});
const FAILURES: readonly { name: string; code: string; question?: Question; run?: Script['run'] }[] = [
  { name: 'a request that is not JSON', code: 'REQUEST_INVALID', question: { json: '{"messages":' } },
  {
    name: 'a key that appears twice',
    code: 'REQUEST_INVALID',
    question: { json: '{"messages":[1],"messages":[2]}' },
  },
  { name: 'a request without messages', code: 'REQUEST_INVALID', question: { json: { prompt: 'x' } } },
  {
    name: 'an image on the net',
    code: 'UNSUPPORTED_URL',
    question: { json: image('https://example.org/a.png') },
  },
  { name: 'a local file', code: 'UNSUPPORTED_URL', question: { json: image('file:///etc/passwd') } },
  {
    name: 'an image for a model without eyes',
    code: 'MODEL_LACKS_FEATURE',
    question: { json: image('data:image/png;base64,AA==') },
  },
  {
    name: 'tools for a model without them',
    code: 'MODEL_LACKS_FEATURE',
    question: { json: { messages: [{ role: 'user', content: 'x' }], tools: [{ type: 'function' }] } },
  },
  {
    name: 'JSON from a model that cannot',
    code: 'MODEL_LACKS_FEATURE',
    question: {
      json: { messages: [{ role: 'user', content: 'x' }], response_format: { type: 'json_object' } },
    },
  },
  { name: 'no room for output', code: 'REQUEST_INVALID', question: { maxOutput: 0 } },
  { name: 'a cap below one token', code: 'REQUEST_INVALID', question: { capTokens: 7n } },
  { name: 'a prompt longer than the context', code: 'CONTEXT_OVERFLOW', run: throwing('CONTEXT_OVERFLOW') },
  { name: 'an engine that cannot count', code: 'ENGINE_NO_USAGE', run: throwing('ENGINE_NO_USAGE') },
  { name: 'a failure with a code of its own', code: 'ENGINE_FAILED', run: throwing('UPSTREAM_TIMEOUT') },
  {
    name: 'an engine that breaks in the middle',
    code: 'ENGINE_FAILED',
    run: async function* () {
      yield chunk('half', 1);
      throw new Error('secret words');
    },
  },
  {
    name: 'an engine that ends without usage',
    code: 'ENGINE_FAILED',
    run: async function* () {
      yield chunk('half', 1);
    },
  },
  {
    name: 'counts that contradict themselves',
    code: 'ENGINE_NO_USAGE',
    run: async function* () {
      yield chunk('half', 1);
      yield end({ completion: 1, reasoning: 2 });
    },
  },
];

test.each(FAILURES)('rejects: $name, sealed to the client and free', async ({ code, question, run }) => {
  const engine = scriptedEngine({ run: run ?? saying(['never']) });
  const { channel } = await harness.connected({ engine });
  const sealed = await seal([channel.worker], question);
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(answer.error?.code).toBe(code);
  expect(answer.error?.message).not.toContain('secret');
  expect(answer.receipt.receipt).toMatchObject({ finish: 'error', tokens: 0n });
  expect(engine.runs).toBe(run === undefined ? 0 : 1);
});

test('accepts: an image inside the request', async () => {
  const engine = scriptedEngine({ run: saying(['a cat']), features: ['chat', 'vision'] });
  const { channel } = await harness.connected({ engine });
  const json = image('data:image/png;base64,AA==');
  const sealed = await seal([channel.worker], { json });
  expect((await readAnswer(channel, sealed, await offer(channel, sealed))).text).toBe('a cat');
  expect(engine.requests[0]?.request).toEqual(json);
});

test('an engine that overruns its cap is cut there, and only the cap is billed', async () => {
  const run: Script['run'] = async function* () {
    for (let i = 1; i <= 50; i++) yield chunk('x', i);
    yield end({ completion: 50 });
  };
  const { channel } = await harness.connected({ engine: scriptedEngine({ run }) });
  const sealed = await seal([channel.worker], { maxOutput: 10 });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(answer.receipt.receipt.finish).toBe('length');
  expect(answer.receipt.private.usage.completion).toBe(10);
});

test('capTokens bounds what the engine may make and what is billed', async () => {
  const engine = scriptedEngine({ run: saying(Array.from({ length: 10 }, () => 'x')) });
  const { channel } = await harness.connected({ engine });
  const sealed = await seal([channel.worker], { capTokens: 83n });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(engine.requests[0]?.maxOutputTokens).toBe(10);
  // 5 prompt tokens and 10 × 8 are above 83: the worker bears the rest.
  expect(answer.receipt.receipt.tokens).toBeLessThanOrEqual(83n);
  expect(answer.receipt.receipt.finish).toBe('length');
});

test('cached tokens are no discount unless the engine keeps caches apart', async () => {
  const run: Script['run'] = async function* () {
    yield chunk('x', 1);
    yield end({ prompt: 100, cached: 90, completion: 1 });
  };
  const { channel } = await harness.connected({ engine: scriptedEngine({ run }) });
  const sealed = await seal([channel.worker]);
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(answer.receipt.private.usage).toMatchObject({ prompt: 100, cached: 0 });
});

test('running totals are sent every 64 tokens and never fall', async () => {
  const engine = scriptedEngine({ run: saying(Array.from({ length: 200 }, () => 'w ')) });
  const { channel } = await harness.connected({ engine });
  const sealed = await seal([channel.worker], { padding: 'balanced' });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  const totals = answer.events.flatMap((event) => (event.type === 'usage' ? [event.usage.completion] : []));
  expect(totals).toEqual([64, 128, 192]);
});

test('an unacknowledged bill is sent again on every new channel until it is acknowledged', async () => {
  const { channel, peer, worker } = await harness.connected({
    engine: scriptedEngine({ run: saying(['x']) }),
  });
  const sealed = await seal([channel.worker]);
  await readStream(channel, await offer(channel, sealed));
  const first = await channel.take((c) => c.type === 'receipt');
  channel.cut();
  const second = await peer.accept();
  const repeated = await second.take((c) => c.type === 'receipt');
  expect(repeated).toEqual(first);
  await second.send({ type: 'receipt-ack', coreHash: sealed.coreHash });
  await worker.parts.outbox.empty(new AbortController().signal);
  second.cut();
  const third = await peer.accept();
  await third.send({ type: 'ping' });
  await third.take((c) => c.type === 'pong');
  expect(third.has((c) => c.type === 'receipt')).toBe(false);
});

test('a bill is repeated on the same channel too, and given up when the ledger refuses it for good', async () => {
  const { channel, worker } = await harness.connected({
    engine: scriptedEngine({ run: saying(['x']) }),
    timing: { receiptRepeatMs: 10 },
  });
  const sealed = await seal([channel.worker]);
  await readStream(channel, await offer(channel, sealed));
  for (let i = 0; i < 3; i++) await channel.take((c) => c.type === 'receipt');
  await channel.send({ type: 'receipt-ack', coreHash: sealed.coreHash, code: 'RECEIPT_WRONG_REQUEST' });
  await until(() => worker.parts.outbox.size === 0);
  expect(worker.records).toContainEqual({ event: 'receipt-refused', code: 'RECEIPT_WRONG_REQUEST' });
});

test('with a file, bills outlive the process; nothing of the request is in it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cocoonkit-outbox-'));
  const outbox = join(directory, 'outbox.jsonl');
  const engine = scriptedEngine({ run: saying(['an answer nobody may read']) });
  const { channel, peer, worker } = await harness.connected({ engine, settings: { outbox } });
  const sealed = await seal([channel.worker], {
    json: { messages: [{ role: 'user', content: 'a prompt nobody may read' }] },
  });
  await readStream(channel, await offer(channel, sealed));
  const bill = await channel.take((c) => c.type === 'receipt');
  await worker.stop();
  expect((await stat(outbox)).mode & 0o777).toBe(0o600);
  expect(await readFile(outbox, 'utf8')).not.toContain('nobody may read');

  await harness.worker([peer], { engine, settings: { outbox } });
  const again = await peer.accept();
  expect(await again.take((c) => c.type === 'receipt')).toEqual({ ...bill, held: 0 });
  await rm(directory, { recursive: true });
});

test('with salted caches the salt reaches the engine, and cached tokens are discounted', async () => {
  const run: Script['run'] = async function* () {
    yield chunk('x', 1);
    yield end({ prompt: 100, cached: 90, completion: 1 });
  };
  const engine = scriptedEngine({ run });
  const settings = { engine: 'openai', upstream: 'unix:/unused.sock', cacheSalt: true } as const;
  const { channel } = await harness.connected({ engine, settings });
  const sealed = await seal([channel.worker]);
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(answer.receipt.private.usage).toMatchObject({ prompt: 100, cached: 90 });
  expect(answer.receipt.receipt.tokens).toBe(10n + 9n + 8n);
  expect(engine.requests[0]?.request['cache_salt']).toMatch(/^[A-Za-z0-9_-]{43}$/);
});
