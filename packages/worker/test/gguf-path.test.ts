// Does a model file inside the worker answer a sealed request, with a bill of its own exact counts?
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordReader } from '@cocoonkit/sdk/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeTinyGguf } from '../test-support/tiny-gguf.js';
import { offer, readAnswer, seal } from './support/ask.js';
import { until, useHarness } from './support/harness.js';

const harness = useHarness();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gguf-path-'));
  await writeTinyGguf(join(folder, 'tiny.gguf'));
});
afterAll(() => rm(folder, { recursive: true }));

const recordsOf = (chunks: readonly Uint8Array[]): number => {
  const reader = new RecordReader();
  return chunks.flatMap((bytes) => [...reader.push(bytes)]).length;
};

const settings = () => ({
  engine: 'gguf' as const,
  modelFile: join(folder, 'tiny.gguf'),
  model: 'tiny',
  gpu: 'off' as const,
  threads: 1,
  maxContext: 512,
});

test('an answer and its bill', async () => {
  const { channel } = await harness.connected({ settings: settings() });
  const sealed = await seal([channel.worker], {
    json: { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 16, seed: 3 },
  });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  const { finish, tokens } = answer.receipt.receipt;
  const { countedBy, usage } = answer.receipt.private;
  expect(countedBy).toBe('engine');
  expect([finish, usage.completion]).toEqual(['length', 16]);
  expect(usage.prompt).toBeGreaterThan(5);
  expect(tokens).toBeGreaterThan(0n);
});

test('a prompt beyond the context is refused, free of charge', async () => {
  const { channel } = await harness.connected({ settings: settings() });
  const sealed = await seal([channel.worker], {
    json: { messages: [{ role: 'user', content: 'z'.repeat(3_000) }] },
  });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(answer.error?.code).toBe('CONTEXT_OVERFLOW');
  expect(answer.receipt.receipt).toMatchObject({ tokens: 0n, finish: 'error' });
});

test('a cancel stops the model, and what was produced is billed', async () => {
  const { channel } = await harness.connected({ settings: settings() });
  const sealed = await seal([channel.worker], {
    json: { messages: [{ role: 'user', content: 'Hello' }], seed: 3 },
  });
  const stream = await offer(channel, sealed);
  // The head leaves before the first token; then come frames with text.
  await until(() => recordsOf(channel.stream(stream).chunks) >= 3);
  await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token: sealed.cancelToken });
  const { receipt } = await readAnswer(channel, sealed, stream);
  // On a machine that stood still the context may be full by then.
  expect(['cancelled', 'length']).toContain(receipt.receipt.finish);
  expect(receipt.private.usage.completion).toBeGreaterThan(0);
});
