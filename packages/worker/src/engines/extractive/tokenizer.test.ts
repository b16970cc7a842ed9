// Does the tokenizer do what its specification says, and is that specification the published one?
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countTokens, measureText, TOKENIZER_SPECIFICATION, tokenizerDigest } from './tokenizer.js';

const vectors = JSON.parse(
  readFileSync(new URL('../../../../sdk/spec/vectors/tokenizer/ck-words-1.json', import.meta.url), 'utf8'),
);
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

test('accepts: every published vector', () => {
  expect(vectors.vectors.length).toBeGreaterThan(40);
  for (const { text, tokens, bytes } of vectors.vectors) {
    expect([text, measureText(text)]).toEqual([text, { tokens, bytes }]);
  }
});

test('the digest, the vectors and the documentation name the same specification', () => {
  expect(Buffer.from(tokenizerDigest()).toString('hex')).toBe(vectors.specificationSha256);
  const page = readFileSync(new URL('../../../../../docs/extractive-engine.md', import.meta.url), 'utf8');
  expect(page).toContain(`\`\`\`text\n${TOKENIZER_SPECIFICATION}\`\`\``);
  expect(page).toContain(vectors.specificationSha256);
});

test('a token is at least one byte, and bytes are those of UTF-8', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { tokens, bytes } = measureText(text);
      expect(bytes).toBe(new TextEncoder().encode(text).length);
      expect(tokens).toBeLessThanOrEqual(bytes);
    }),
    { numRuns: 1000 },
  );
});

/** The specification once more, written as differently as possible. */
function countByPattern(text: string): number {
  const space = '\\t-\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
  const wide =
    '\\u3041-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\u{20000}-\\u{3ffff}';
  const mark = '\\0-\\x08\\x0e-\\x1f!-/:-@[-`{-\\x7f\\x80-\\x9f\\xa1-\\xbf\\u2010-\\u2027\\u202a-\\u202e';
  const moreMarks = '\\u2030-\\u205e\\u2060-\\u206f\\u3001-\\u3040\\uff01-\\uff0f\\uff1a-\\uff20';
  const single = `[${wide}${mark}${moreMarks}]`;
  const runs = text.matchAll(
    new RegExp(`([${space}]+)|(${single})|([^${space}${wide}${mark}${moreMarks}]+)`, 'gu'),
  );
  let tokens = 0;
  for (const [run, spaces, one] of runs) {
    const bytes = new TextEncoder().encode(run).length;
    tokens += spaces !== undefined ? Math.floor(bytes / 4) : one !== undefined ? 1 : Math.ceil(bytes / 4);
  }
  return tokens;
}

test('a second implementation counts the same', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(countTokens(text)).toBe(countByPattern(text));
    }),
    { numRuns: 1000 },
  );
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += codePoint < 0x10000 ? 1 : 257) {
    const text = String.fromCodePoint(codePoint).repeat(3);
    if (countTokens(text) !== countByPattern(text)) expect.unreachable(`U+${codePoint.toString(16)}`);
  }
});

test('texts joined by one line break count as the sum of the two', () => {
  fc.assert(
    fc.property(anyText, anyText, (a, b) => {
      expect(countTokens(`${a.trim()}\n${b.trim()}`)).toBe(countTokens(a.trim()) + countTokens(b.trim()));
    }),
  );
});
