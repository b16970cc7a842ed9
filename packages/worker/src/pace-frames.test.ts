// Do frames leave when each kind of padding promises, and is nothing lost or reordered?
import type { Padding } from '@cocoonkit/sdk/protocol';
import { expect, test } from 'vitest';
import { createFramePacer } from './pace-frames.js';

const SLOW = { coalesceMs: 60_000, padSilenceMs: 60_000, strictFrameMs: 60_000 };

/** A sealer that leaves contents readable; real sealing is tested with the whole path. */
function record(padding: Padding, timing: Partial<typeof SLOW> = {}) {
  const frames: string[] = [];
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const pacer = createFramePacer({
    padding,
    timing: { ...SLOW, ...timing },
    emit: (bytes) => frames.push(text(bytes)),
    reply: {
      data: async (content) => content,
      usage: async ({ completion }) => new TextEncoder().encode(`usage ${completion}`),
      pad: async () => new TextEncoder().encode('pad'),
    },
  });
  const push = (item: string): Promise<void> => pacer.push(new TextEncoder().encode(item));
  return { frames, pacer, push };
}
const usage = (completion: number) => ({ prompt: 0, cached: 0, completion, reasoning: 0 });

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('fast: what came together is one frame, and nothing waits for the next', async () => {
  const { frames, pacer, push } = record('fast');
  for (const item of ['a', 'b', 'c']) await push(item);
  await nextTurn();
  expect(frames).toEqual(['abc']);
  for (const item of ['d', 'e']) {
    await push(item);
    await nextTurn();
  }
  expect(frames).toEqual(['abc', 'd', 'e']);
  await pacer.close({ hurry: false });
});

test('fast: an engine that never lets go is not held back beyond sixteen items', async () => {
  const { frames, pacer, push } = record('fast');
  for (let i = 0; i < 20; i++) await push(String.fromCharCode(97 + i));
  expect(frames).toEqual(['abcdefghijklmnop']);
  await pacer.close({ hurry: false });
  expect(frames).toEqual(['abcdefghijklmnop', 'qrst']);
});

test.each(['fast', 'balanced'] as const)('%s: long items do not wait for each other', async (padding) => {
  const { frames, pacer, push } = record(padding);
  const long = 'x'.repeat(4_096);
  for (const item of ['a', long, long, long]) await push(item);
  expect(frames.join('').length).toBeGreaterThanOrEqual(2 * long.length);
  await pacer.close({ hurry: false });
  expect(frames.join('')).toBe(`a${long}${long}${long}`);
});

test('balanced: the first item at once, then sixteen together, then the rest', async () => {
  const { frames, pacer, push } = record('balanced');
  for (let i = 0; i < 20; i++) await push(String.fromCharCode(97 + i));
  expect(frames).toEqual(['a', 'bcdefghijklmnopq']);
  await pacer.close({ hurry: false });
  expect(frames).toEqual(['a', 'bcdefghijklmnopq', 'rst']);
});

test('balanced: held items leave when their time is over', async () => {
  const { frames, pacer, push } = record('balanced', { coalesceMs: 2 });
  await push('a');
  await push('b');
  await push('c');
  while (frames.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(frames).toEqual(['a', 'bc']);
  await pacer.close({ hurry: false });
});

test('totals come after the text they count', async () => {
  const { frames, pacer, push } = record('balanced');
  await push('a');
  await push('b');
  await pacer.usage(usage(2));
  expect(frames).toEqual(['a', 'b', 'usage 2']);
  await pacer.close({ hurry: false });
});

test('a long silence is broken by padding, and ends with the answer', async () => {
  const { frames, pacer } = record('fast', { padSilenceMs: 2 });
  while (frames.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  await pacer.close({ hurry: false });
  const count = frames.length;
  expect(frames.every((frame) => frame === 'pad')).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(frames).toHaveLength(count);
});

test('strict: pieces of one size on a clock, filled up when there is nothing', async () => {
  const { frames, pacer, push } = record('strict', { strictFrameMs: 1 });
  while (frames.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  await push('x'.repeat(1_200));
  await pacer.usage(usage(64));
  await pacer.close({ hurry: false });
  const data = frames.filter((frame) => frame.startsWith('x'));
  expect(data.map(({ length }) => length)).toEqual([508, 508, 184]);
  expect(frames[0]).toBe('pad');
  expect(frames).toContain('usage 64');
});

test('strict: in a hurry the rest leaves at once', async () => {
  const { frames, pacer, push } = record('strict');
  await push('x'.repeat(1_200));
  await pacer.close({ hurry: true });
  expect(frames).toEqual(['x'.repeat(1_200)]);
});

test('a failure of sealing in the background reaches the next caller', async () => {
  const pacer = createFramePacer({
    padding: 'fast',
    timing: { ...SLOW, padSilenceMs: 1 },
    emit: () => undefined,
    reply: {
      data: async (content) => content,
      usage: async () => new Uint8Array(),
      pad: async () => {
        throw new Error('sealing failed');
      },
    },
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await expect(pacer.push(new Uint8Array(1))).rejects.toThrow('sealing failed');
  await expect(pacer.close({ hurry: true })).rejects.toThrow();
});
