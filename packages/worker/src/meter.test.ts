// Is a bill always within its caps, honest, and never above what was counted?
import { adjustedTokens, DEFAULT_PRICES } from '@cocoonkit/sdk/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMeter } from './meter.js';

const base = {
  maxOutput: 100,
  capTokens: 10_000n,
  coefficient: 1_000,
  prices: DEFAULT_PRICES,
  cacheIsSalted: true,
};

test('a usage within its caps is billed as counted', () => {
  const usage = { prompt: 50, cached: 20, completion: 30, reasoning: 10 };
  expect(createMeter(base).settle(usage)).toEqual({ usage, tokens: 30n + 2n + 160n + 80n, capped: false });
});

test('every bill is within its caps, equals the formula, and lowers counts only', () => {
  const count = fc.integer({ min: 0, max: 100_000 });
  fc.assert(
    fc.property(
      fc.record({ prompt: count, completion: count, share: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({
        maxOutput: fc.integer({ min: 1, max: 50_000 }),
        capTokens: fc.bigInt({ min: 1_000n, max: 1_000_000n }),
        coefficient: fc.integer({ min: 1, max: 20_000 }),
      }),
      (counted, caps) => {
        const usage = {
          prompt: counted.prompt,
          cached: Math.floor(counted.prompt * counted.share),
          completion: counted.completion,
          reasoning: Math.floor(counted.completion * counted.share),
        };
        const meter = createMeter({ ...base, ...caps });
        const bill = meter.settle(usage);
        expect(bill.tokens).toBe(adjustedTokens(bill.usage, caps.coefficient, DEFAULT_PRICES));
        expect(bill.tokens <= caps.capTokens).toBe(true);
        expect(bill.usage.completion).toBeLessThanOrEqual(Math.min(caps.maxOutput, usage.completion));
        expect(bill.usage.prompt).toBeLessThanOrEqual(usage.prompt);
        expect(bill.usage.cached).toBeLessThanOrEqual(bill.usage.prompt);
        expect(bill.usage.reasoning).toBeLessThanOrEqual(bill.usage.completion);
        const all = { prompt: 0, cached: 0, completion: meter.maxOutputTokens, reasoning: 0 };
        expect(adjustedTokens(all, caps.coefficient, DEFAULT_PRICES) <= caps.capTokens).toBe(true);
      },
    ),
  );
});

test('cached tokens count in full when caches are shared', () => {
  const usage = { prompt: 50, cached: 20, completion: 1, reasoning: 0 };
  expect(createMeter({ ...base, cacheIsSalted: false }).settle(usage).usage.cached).toBe(0);
});

test.each([
  ['more cached than prompt', { prompt: 1, cached: 2, completion: 1, reasoning: 0 }],
  ['more reasoning than completion', { prompt: 1, cached: 0, completion: 1, reasoning: 2 }],
  ['half a token', { prompt: 1.5, cached: 0, completion: 1, reasoning: 0 }],
  ['a negative count', { prompt: -1, cached: 0, completion: 1, reasoning: 0 }],
  ['no number at all', { prompt: Number.NaN, cached: 0, completion: 1, reasoning: 0 }],
  ['more than a field holds', { prompt: 2 ** 32, cached: 0, completion: 1, reasoning: 0 }],
])('rejects: %s', (_name, usage) => {
  expect(() => createMeter(base).settle(usage)).toThrow(expect.objectContaining({ code: 'ENGINE_NO_USAGE' }));
});

test('rejects: caps below one token of output', () => {
  for (const caps of [{ maxOutput: 0 }, { capTokens: 7n }, { coefficient: 1_000_000 }])
    expect(() => createMeter({ ...base, capTokens: 100n, ...caps })).toThrow(
      expect.objectContaining({ code: 'REQUEST_INVALID' }),
    );
});
