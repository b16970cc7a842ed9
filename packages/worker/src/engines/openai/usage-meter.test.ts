import { describe, expect, it } from 'vitest';
import type { Chunk } from './read-chunk.js';
import { createUsageMeter, MAX_ANSWER_BYTES, type UsageMeterOptions } from './usage-meter.js';

const meter = (options: Partial<UsageMeterOptions> = {}) =>
  createUsageMeter({ maxOutputTokens: 100, maxContext: 1000, promptTexts: () => ['two words'], ...options });
const said = (text: string, index = 0, completion?: number): Chunk => ({
  choices: [{ index, text, reasoning: '', finish: undefined }],
  usage: completion === undefined ? undefined : { prompt: 10, cached: 4, completion, reasoning: 0 },
});
const total = (completion: number, prompt = 10, cached = 0): Chunk => ({
  choices: [],
  usage: { prompt, cached, completion, reasoning: 1 },
});
const words = (text: string): number => text.split(' ').filter((word) => word !== '').length;

describe('counting tokens', () => {
  it('takes the word of the engine first', () => {
    const counter = meter({ tokenizer: words });
    expect(counter.add(said('a b c', 0, 1))).toBe(1);
    expect(counter.add(said('d', 0, 7))).toBe(7);
    counter.add(total(9, 12, 5));
    expect(counter.final()).toEqual({
      usage: { prompt: 12, cached: 5, completion: 9, reasoning: 1 },
      countedBy: 'engine',
    });
  });

  it('adds up the running counts of several choices', () => {
    const counter = meter();
    expect(
      [said('a', 0, 1), said('b', 1, 1), said('c', 0, 2), said('d', 1, 2)].map((chunk) => counter.add(chunk)),
    ).toEqual([1, 2, 3, 4]);
    expect(counter.final().usage.completion).toBe(4);
  });

  it('never lets the running count fall', () => {
    const counter = meter();
    expect([said('a', 0, 5), said('b', 0, 2), total(3)].map((chunk) => counter.add(chunk))).toEqual([
      5, 5, 5,
    ]);
  });

  it('asks the tokenizer when the engine is silent: whole texts at the end, never more than bytes', () => {
    const counter = meter({ tokenizer: words });
    counter.add(said('one t'));
    counter.add(said('wo'));
    expect(counter.final()).toEqual({
      usage: { prompt: 2, cached: 0, completion: 2, reasoning: 0 },
      countedBy: 'tokenizer',
    });
    const greedy = meter({ tokenizer: () => 50 });
    expect(greedy.add(said('abc'))).toBe(3);
    expect(greedy.final().usage.completion).toBe(3);
  });

  it('counts deltas with text as the last resort', () => {
    const counter = meter();
    expect([said(''), said('a'), said(''), said('bc')].map((chunk) => counter.add(chunk))).toEqual([
      0, 1, 1, 2,
    ]);
    expect(counter.final()).toEqual({
      usage: { prompt: 0, cached: 0, completion: 2, reasoning: 0 },
      countedBy: 'deltas',
    });
  });

  it('rejects: an answer that nothing can count', () => {
    const counter = meter();
    counter.add(said(''));
    expect(() => counter.final()).toThrow(expect.objectContaining({ code: 'ENGINE_NO_USAGE' }));
    expect(counter.soFar()).toEqual({
      usage: { prompt: 0, cached: 0, completion: 0, reasoning: 0 },
      countedBy: 'deltas',
    });
  });

  it('rejects: counts beyond the cap that no text explains; bills at most the cap otherwise', () => {
    const liar = meter({ maxOutputTokens: 5 });
    liar.add(said('abc'));
    expect(() => liar.add(total(1_000))).toThrow(expect.objectContaining({ code: 'ENGINE_BAD_USAGE' }));
    const closing = meter({ maxOutputTokens: 5 });
    closing.add(said('abcdef'));
    closing.add(total(6));
    expect(closing.final().usage.completion).toBe(5);
  });

  it('rejects: a prompt beyond the context', () => {
    expect(() => meter({ maxContext: 9 }).add(total(1))).toThrow(
      expect.objectContaining({ code: 'CONTEXT_OVERFLOW' }),
    );
  });

  it('rejects: more text than memory is set aside for', () => {
    const counter = meter({ maxOutputTokens: 1_000_000 });
    const text = 'x'.repeat(1024 * 1024);
    for (let bytes = 0; bytes < MAX_ANSWER_BYTES; bytes += text.length) counter.add(said(text));
    expect(() => counter.add(said('x'))).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_STREAM_TOO_LARGE' }),
    );
  });

  it('rejects: a tokenizer that fails, without its words', () => {
    const counter = meter({
      tokenizer: (text) => {
        throw new Error(`cannot count ${text}`);
      },
    });
    try {
      counter.add(said('secret'));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENGINE_BAD_USAGE' });
      expect(error).not.toHaveProperty('cause');
      expect(JSON.stringify(error)).not.toContain('secret');
    }
  });

  it('notices an answer that runs past the cap', () => {
    const counted = meter({ maxOutputTokens: 3 });
    counted.add(said('four', 0, 4));
    expect(counted.overran()).toBe(false);
    counted.add(said('five', 0, 5));
    expect(counted.overran()).toBe(true);
    expect(counted.soFar().usage.completion).toBe(3);
  });
});
