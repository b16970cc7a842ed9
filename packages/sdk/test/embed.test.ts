// Do texts become vectors through the sealed path, checked and billed like a chat?
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EmbeddingRequest } from '../src/index.js';
import type { ScriptedAnswer } from '../src/testing/index.js';
import { openClient, sentRequests } from './support/open-client.js';

const claims = { features: ['embeddings'] };
const usage = { prompt: 7, cached: 0, completion: 0, reasoning: 0 };
const row = (index: unknown, embedding: unknown) => ({ object: 'embedding', index, embedding });
const base64 = (vector: readonly number[]) =>
  Buffer.from(new Uint8Array(Float32Array.from(vector).buffer)).toString('base64');
const TWO: EmbeddingRequest = { model: 'simulated-model', input: ['one', 'two'] };

const client = (answer: ScriptedAnswer, seen: unknown[] = [], more = claims) =>
  openClient({
    workers: [
      {
        claims: more,
        model: (request) => {
          seen.push(request);
          return { usage, ...answer };
        },
      },
    ],
  });

describe('embed', () => {
  it('accepts: vectors in any order, with a verified bill of prompt tokens alone', async () => {
    const seen: unknown[] = [];
    const { cocoon } = await client({ chunks: [row(1, [0, -1]), row(0, [0.5, 0.25])] }, seen);
    const reply = await cocoon.embed({ ...TWO, dimensions: 2 });
    expect(reply.data).toEqual([row(0, [0.5, 0.25]), row(1, [0, -1])]);
    expect(reply.vectors).toEqual([Float32Array.of(0.5, 0.25), Float32Array.of(0, -1)]);
    expect(reply.usage).toEqual({ prompt_tokens: 7, total_tokens: 7 });
    expect(reply.charge.tokens).toBe(7n);
    expect(reply.receipt.receipt.finish).toBe('stop');
    expect(reply.report.lines.filter(({ passed }) => !passed)).toEqual([]);
    expect(seen).toEqual([{ ...TWO, dimensions: 2, encoding_format: 'float' }]);
  });

  it('accepts: base64, decoded and as it came', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 9 }),
        async (vector) => {
          const { createVectorReader } = await import('../src/embeddings/read-vectors.js');
          const reader = createVectorReader({ inputs: 1, format: 'base64', dimensions: undefined });
          reader.add(new TextEncoder().encode(JSON.stringify(row(0, base64(vector)))));
          const { data, vectors } = reader.finish();
          expect([...(vectors[0] ?? [])]).toEqual(vector);
          expect(data[0]?.embedding).toBe(base64(vector));
        },
      ),
    );
  });

  it.each<[string, unknown[], Partial<EmbeddingRequest>]>([
    ['a text without a vector', [row(0, [1])], {}],
    ['two vectors for one text', [row(0, [1]), row(0, [2])], {}],
    ['an index beyond the texts', [row(0, [1]), row(2, [1])], {}],
    ['no index', [row(undefined, [1]), row(1, [1])], {}],
    ['lengths that differ', [row(0, [1]), row(1, [1, 2])], {}],
    ['another length than asked', [row(0, [1]), row(1, [1])], { dimensions: 2 }],
    ['an empty vector', [row(0, []), row(1, [])], {}],
    ['text among numbers', [row(0, ['1']), row(1, [1])], {}],
    ['a number that no 32-bit float holds', [row(0, [1e300]), row(1, [1])], {}],
    ['base64 where numbers were asked', [row(0, base64([1])), row(1, [1])], {}],
    ['numbers where base64 was asked', [row(0, [1]), row(1, [1])], { encoding_format: 'base64' }],
    ['half a float', [row(0, 'AAA='), row(1, 'AAA=')], { encoding_format: 'base64' }],
    ['no base64 at all', [row(0, '%'), row(1, '%')], { encoding_format: 'base64' }],
    [
      'not a number in base64',
      [row(0, base64([Number.NaN])), row(1, base64([1]))],
      { encoding_format: 'base64' },
    ],
    ['an item that is no object', [7], {}],
  ])('rejects: %s', async (_name, chunks, more) => {
    const { cocoon } = await client({ chunks });
    await expect(cocoon.embed({ ...TWO, ...more })).rejects.toMatchObject({
      kind: 'protocol',
      code: 'EMBEDDING_INVALID',
    });
  });

  it('rejects: output on the bill of an answer that writes nothing', async () => {
    const { cocoon } = await client({
      chunks: [row(0, [1]), row(1, [1])],
      usage: { ...usage, completion: 1 },
    });
    await expect(cocoon.embed(TWO)).rejects.toMatchObject({ code: 'RECEIPT_ABOVE_CAP' });
  });

  it('rejects: a model without the feature, before anything is sealed', async () => {
    const { cocoon, network } = await client({ chunks: [] }, [], { features: ['chat'] });
    await expect(cocoon.embed(TWO)).rejects.toMatchObject({
      kind: 'model',
      code: 'MODEL_LACKS_FEATURE',
      details: { feature: 'embeddings' },
    });
    expect(sentRequests(network)).toBe(0);
  });

  it.each<[string, object, string]>([
    ['no texts', { input: [] }, 'REQUEST_INVALID'],
    ['an empty text', { input: ['a', ''] }, 'REQUEST_INVALID'],
    ['tokens', { input: [1, 2] }, 'REQUEST_INVALID'],
    ['more texts than one request holds', { input: Array(2_049).fill('a') }, 'REQUEST_INVALID'],
    ['no model', { model: '' }, 'REQUEST_INVALID'],
    ['a format that is none', { encoding_format: 'int8' }, 'REQUEST_INVALID'],
    ['no dimensions', { dimensions: 0 }, 'REQUEST_INVALID'],
    ['more bytes than can be sealed', { input: 'x'.repeat(16 * 1024 * 1024) }, 'BODY_TOO_LARGE'],
  ])('rejects: %s, before anything leaves', async (_name, more, code) => {
    const { cocoon, network } = await client({ chunks: [] });
    await expect(cocoon.embed(Object.assign({}, TWO, more))).rejects.toMatchObject({ kind: 'model', code });
    expect(network.requests).toEqual([]);
  });

  it('rejects: more than the call may cost', async () => {
    const { cocoon, network } = await client({ chunks: [] });
    await expect(cocoon.embed(TWO, { maxCost: 1n })).rejects.toMatchObject({ code: 'COST_ABOVE_MAX' });
    expect(sentRequests(network)).toBe(0);
  });
});
