// Is the thinking kept apart from the answer, wherever the tags are cut?
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createReasoningSplitter, overlap } from './split-reasoning.js';

const TAGS = { open: '<think>', close: '</think>' };

function split(parts: readonly string[], inside = false) {
  const splitter = createReasoningSplitter(TAGS, inside);
  const pieces = [...parts.flatMap((part) => splitter.push(part)), ...splitter.end()];
  const of = (kind: string) =>
    pieces
      .filter((piece) => piece.kind === kind)
      .map(({ text }) => text)
      .join('');
  return { reasoning: of('reasoning'), answer: of('answer') };
}

test.each([
  ['<think>a</think>b', { reasoning: 'a', answer: 'b' }],
  ['\n<think>\nhm\n</think>\n\nYes.', { reasoning: '\nhm\n', answer: 'Yes.' }],
  ['<think></think>b', { reasoning: '', answer: 'b' }],
  ['no tags', { reasoning: '', answer: 'no tags' }],
  ['<thin', { reasoning: '', answer: '<thin' }],
  ['<think>never closed </thi', { reasoning: 'never closed </thi', answer: '' }],
  // Only the first block is thinking: an answer about tags is an answer.
  ['<think>a</think>use <think>x</think> so', { reasoning: 'a', answer: 'use <think>x</think> so' }],
  ['b <think>a</think>', { reasoning: '', answer: 'b <think>a</think>' }],
])('%j', (text, expected) => {
  expect(split([text])).toEqual(expected);
  expect(split([...text])).toEqual(expected);
});

test('a template that opens the block itself', () => {
  expect(split(['hm</thi', 'nk>Yes'], true)).toEqual({ reasoning: 'hm', answer: 'Yes' });
});

test('cuts change nothing', () => {
  const part = fc.constantFrom('<think>', '</think>', '<', '/', 'think>', 'a ', '\n', 'ü');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat(4), { maxLength: 40 }), (words, sizes) => {
      const text = words.join('');
      const cut: string[] = [];
      let at = 0;
      for (const size of sizes) {
        cut.push(text.slice(at, at + size));
        at += size;
      }
      expect(split([...cut, text.slice(at)])).toEqual(split([text]));
    }),
  );
});

test('overlap is the longest end that may become the mark', () => {
  expect(overlap('abc', 'cd')).toBe(1);
  expect(overlap('ab', 'cd')).toBe(0);
  expect(overlap('aaa', 'aab')).toBe(2);
  // The whole mark is not an overlap: it has been found.
  expect(overlap('cd', 'cd')).toBe(0);
});
