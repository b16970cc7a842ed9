// Does text come whole: no half characters, no half stop strings?
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTextBuilder } from './text-builder.js';

/** Every token is one byte, as in the worst vocabulary. */
const detokenize = (tokens: readonly number[]): string => Buffer.from(tokens).toString('utf8');

function build(text: string, stops: readonly string[] = []) {
  const builder = createTextBuilder<number>(detokenize, stops);
  const pieces: string[] = [];
  for (const byte of Buffer.from(text)) {
    pieces.push(builder.push(byte));
    if (builder.stopped) break;
  }
  pieces.push(builder.end());
  return { pieces, text: pieces.join(''), stopped: builder.stopped };
}

test('no piece ends in the middle of a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
      const built = build(text);
      expect(built.text).toBe(text);
      expect(built.pieces.join('|')).not.toContain('\ufffd');
    }),
  );
});

test('a stop string and what follows it never appear, wherever it is cut', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 10 }), fc.string({ maxLength: 10 }), (before, after) => {
      const stop = '\u0000END\u0000';
      const built = build(before + stop + after, [stop]);
      expect(built).toMatchObject({ text: before, stopped: true });
    }),
  );
});

test('the beginning of a stop string that goes on otherwise is text', () => {
  expect(build('abENx', ['END'])).toMatchObject({ text: 'abENx', stopped: false });
  expect(build('abEN', ['END'])).toMatchObject({ text: 'abEN', stopped: false });
});

test('bytes that are no character come out as replacement, not never', () => {
  const builder = createTextBuilder<number>(detokenize, []);
  const pieces = [0xff, 0xff, 0xff, 0xff].map((byte) => builder.push(byte));
  expect(pieces.join('').length).toBeGreaterThan(0);
});
