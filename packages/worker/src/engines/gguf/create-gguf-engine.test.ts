// Does a real model file answer, stop, count and refuse? A tiny model of seeded random weights in the real engine.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeTinyGguf } from '../../../test-support/tiny-gguf.js';
import { collect } from '../../../test-support/upstream/collect.js';
import { createGgufEngine, type GgufEngine } from './create-gguf-engine.js';

let folder: string;
let engine: GgufEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gguf-'));
  await writeTinyGguf(join(folder, 'tiny.gguf'));
  // One thread: on a busy machine several wait for each other.
  engine = await createGgufEngine({
    file: join(folder, 'tiny.gguf'),
    model: 'tiny',
    slots: 2,
    gpu: false,
    threads: 1,
  });
}, 60_000);
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

const text = (chunks: readonly string[], field = 'content'): string =>
  chunks.map((json) => JSON.parse(json).choices[0].delta[field] ?? '').join('');

test('its card says what it is', () => {
  expect(engine.card).toMatchObject({
    id: 'cocoonkit/gguf',
    engine: 'llama.cpp, cocoonkit tiny random',
    features: ['chat'],
    maxContext: 512,
    external: false,
  });
  expect(engine.card.tokenizerDigest.some((byte) => byte !== 0)).toBe(true);
});

test('it streams chunks and counts every token itself', async () => {
  const answer = await collect(engine, { seed: 1, max_tokens: 20 });
  expect(answer.error).toBeUndefined();
  expect(answer.end).toMatchObject({
    finish: 'length',
    countedBy: 'engine',
    usage: { completion: 20, reasoning: 0 },
  });
  // "hello" and the template: at least a token a letter in this vocabulary.
  expect(answer.end?.usage.prompt).toBeGreaterThan(5);
  expect(answer.chunks.length).toBeGreaterThan(2);
  expect(answer.counts).toEqual([...answer.counts].sort((a, b) => a - b));
  expect(JSON.parse(answer.chunks.at(-1) ?? '{}').choices[0].finish_reason).toBe('length');
  expect(JSON.parse(answer.chunks[0] ?? '{}').choices[0].delta.role).toBe('assistant');
});

test('the same seed gives the same text, another one another', async () => {
  const [a, b, c] = [
    await collect(engine, { seed: 1, max_tokens: 40 }),
    await collect(engine, { seed: 1, max_tokens: 40 }),
    await collect(engine, { seed: 2, max_tokens: 40 }),
  ];
  expect(text(a.chunks)).toBe(text(b.chunks));
  expect(text(a.chunks)).not.toBe(text(c.chunks));
});

test('a stop string ends the answer before it', async () => {
  const seed = 1;
  const whole = text((await collect(engine, { seed, max_tokens: 40 })).chunks);
  const stop = [...whole].slice(6, 8).join('');
  const answer = await collect(engine, { seed, max_tokens: 40, stop: [stop] });
  expect(answer.end?.finish).toBe('stop');
  expect(text(answer.chunks)).toBe(whole.slice(0, whole.indexOf(stop)));
});

test('a cancel stops it at once, and what was made is counted', async () => {
  const stop = new AbortController();
  const answer = await collect(
    engine,
    { seed: 1 },
    { signal: stop.signal, onChunk: (count) => void (count === 3 && stop.abort()) },
  );
  expect(answer.end?.usage.completion).toBeGreaterThanOrEqual(3);
  // Uncancelled it would fill the context.
  expect(answer.end?.usage.completion).toBeLessThan(400);
});

test('more requests than sequences wait their turn, and a waiting one can leave', async () => {
  const leave = new AbortController();
  const runs = [1, 2, 3].map((seed) => collect(engine, { seed, max_tokens: 30 }));
  const left = collect(engine, { seed: 4 }, { signal: leave.signal });
  leave.abort();
  expect(await left).toMatchObject({ error: { code: 'ABORTED' }, end: undefined });
  for (const run of await Promise.all(runs))
    expect(run.end).toMatchObject({ finish: 'length', usage: { completion: 30 } });
});

test('the end of the context ends the answer', async () => {
  const messages = [{ role: 'user', content: 'z'.repeat(450) }];
  const answer = await collect(engine, { messages, seed: 1 });
  expect(answer.end?.finish).toBe('length');
  const { prompt = 0, completion = 0 } = answer.end?.usage ?? {};
  expect(prompt + completion).toBe(512);
});

test('what users write never becomes a control token', async () => {
  const sized = async (content: string) =>
    (await collect(engine, { max_tokens: 1, messages: [{ role: 'user', content }] })).end?.usage.prompt ?? 0;
  // As a token `</s>` would be one; as text it is at least four.
  expect((await sized('a</s>')) - (await sized('a'))).toBeGreaterThanOrEqual(4);
});

test.each([
  ['CONTEXT_OVERFLOW', { messages: [{ role: 'user', content: 'z'.repeat(2_000) }] }],
  ['MODEL_LACKS_FEATURE', { tools: [{ type: 'function' }] }],
  ['MODEL_LACKS_FEATURE', { response_format: { type: 'json_object' } }],
  ['MODEL_LACKS_FEATURE', { n: 2 }],
  ['MODEL_LACKS_FEATURE', { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }],
  ['REQUEST_INVALID', { messages: [] }],
  ['REQUEST_INVALID', { messages: [{ role: 'wizard', content: 'x' }] }],
  ['REQUEST_INVALID', { temperature: 9 }],
  ['REQUEST_INVALID', { max_tokens: 0.5 }],
  ['REQUEST_INVALID', { stop: [''] }],
])('rejects: %s for %j', async (code, request) => {
  expect(await collect(engine, request)).toMatchObject({ error: { code }, chunks: [] });
});

describe('without a usable model', () => {
  test('rejects: a file that is not there, and one that is no model', async () => {
    const file = join(folder, 'text.gguf');
    await writeFile(file, 'not a model');
    for (const path of [file, join(folder, 'missing.gguf')])
      await expect(
        createGgufEngine({ file: path, model: 'x', gpu: false, threads: 1 }),
      ).rejects.toMatchObject({ code: 'GGUF_UNREADABLE' });
  });

  test('closing stops what runs', async () => {
    const other = await createGgufEngine({
      file: join(folder, 'tiny.gguf'),
      model: 'tiny',
      gpu: false,
      threads: 1,
    });
    const running = collect(other, { seed: 1 }, { onChunk: (count) => void (count === 2 && other.close()) });
    expect(await running).toMatchObject({ error: { code: 'ENGINE_CLOSED' }, end: undefined });
    expect(await collect(other, {})).toMatchObject({ error: { code: 'ABORTED' } });
  });
});
