// Do a model's short name and its facts reach the settings, and does the operator's word count more?
import { expect, test } from 'vitest';
import { parseConfig } from '../config.js';
import { findModel, MODEL_CATALOG } from './model-catalog.js';

const base = {
  proxy: 'http://127.0.0.1:1',
  registry: 'r.json',
  registryKey: '00'.repeat(32),
  quote: 'simulated',
  engine: 'openai',
  upstream: 'http://127.0.0.1:2/v1',
};

test('a short name brings the full one, context, features and price factor', () => {
  expect(parseConfig({ ...base, model: 'qwen3-0.6b' })).toMatchObject({
    model: 'Qwen/Qwen3-0.6B',
    maxContext: 32_768,
    features: ['chat', 'tools', 'json', 'reasoning'],
    coefficient: 150,
  });
  expect(parseConfig({ ...base, model: 'LLAMA3-8B' }).maxContext).toBe(8_192);
});

test('what the operator says counts more, and unknown models stay as they are', () => {
  expect(
    parseConfig({ ...base, model: 'qwen3-0.6b', maxContext: '4096', coefficient: '7', features: 'chat' }),
  ).toMatchObject({ maxContext: 4_096, coefficient: 7, features: ['chat'] });
  expect(parseConfig({ ...base, model: 'mine' })).toMatchObject({ model: 'mine', coefficient: 1_000 });
});

test('rejects: settings of another engine, and a gguf engine without a file', () => {
  for (const [change, text] of [
    [{ modelFile: '/m.gguf' }, '--model-file belongs to --engine gguf'],
    [{ engine: 'gguf', upstream: undefined }, '--model-file is needed with --engine gguf'],
    [{ engine: 'gguf', modelFile: '/m.gguf' }, '--upstream belongs to --engine openai'],
  ] as const)
    expect(() => parseConfig({ ...base, model: 'm', ...change })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(text) }),
    );
});

test('no two models answer to one name', () => {
  const names = MODEL_CATALOG.flatMap(({ id, aliases }) => [id, ...aliases]).map((name) =>
    name.toLowerCase(),
  );
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(findModel(name)).toBeDefined();
});
