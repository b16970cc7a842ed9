// Are parts small enough, in order, complete, and do they know their pages?
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeDocument, makePages } from '../../test/support/make-document.js';
import { chunkDocument, markedText } from './chunk-document.js';
import { estimateTokens } from './estimate-tokens.js';

const letters = (text: string): string => text.replace(/[\s…]/g, '');

describe('parts', () => {
  it('hold whole pages with their numbers', () => {
    const chunks = chunkDocument(makeDocument(makePages(40, 100)), 1_000, estimateTokens);
    expect(chunks.length).toBeGreaterThan(5);
    for (const [index, chunk] of chunks.entries()) {
      expect(chunk.index).toBe(index);
      for (const { number, text } of chunk.pages) {
        expect(text).toMatch(new RegExp(`^On page ${number} `));
        expect(number >= chunk.from && number <= chunk.to).toBe(true);
      }
    }
    expect(chunks[0]?.from).toBe(1);
    expect(chunks.at(-1)?.to).toBe(40);
  });

  it('begin at headings when they are half full', () => {
    const body = 'A sentence of some words that fills the section up. '.repeat(6);
    const texts = ['# One', body, '# Two', body, '# Three', body].join('\n\n');
    const chunks = chunkDocument(
      makeDocument([texts], 'none'),
      Math.ceil(estimateTokens(body) * 1.5),
      estimateTokens,
    );
    expect(chunks.map(({ pages }) => pages[0]?.text.slice(0, 7))).toEqual([
      '# One\n\n',
      '# Two\n\n',
      '# Three',
    ]);
  });

  it('repeat a little where a paragraph was cut, and only there', () => {
    const long = Array.from({ length: 60 }, (_, i) => `Sentence number ${i} stands here.`).join(' ');
    const chunks = chunkDocument(makeDocument([long]), 150, estimateTokens);
    expect(chunks.length).toBeGreaterThan(2);
    for (const { pages } of chunks.slice(1)) expect(pages[0]?.text).toMatch(/^… /);
    for (const { pages } of chunks) expect(pages.at(-1)?.text).toMatch(/\.$/);
  });

  it('lose nothing, keep the order and stay near the size, for any text', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'B', '.', ' ', '\n', '\n\n', '😀', 'я', '漢', '# H\n\n'),
      maxLength: 200,
    });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), fc.integer({ min: 8, max: 80 }), (texts, most) => {
        const chunks = chunkDocument(makeDocument(texts), most, estimateTokens);
        let all = '';
        for (const chunk of chunks) {
          const own = chunk.pages.map(({ text }) => text);
          expect(estimateTokens(own.join('\n\n'))).toBeLessThanOrEqual(most * 1.6 + 8);
          const text = own.join('');
          expect(text).not.toMatch(/\p{Surrogate}/u);
          const repeated = /^… /.test(text) ? longestOverlap(all, letters(text)) : 0;
          all += letters(text).slice(repeated);
        }
        expect(all).toBe(letters(texts.join('')));
      }),
    );
  });
});

function longestOverlap(before: string, after: string): number {
  for (let length = Math.min(before.length, after.length); length > 0; length--) {
    if (before.endsWith(after.slice(0, length))) return length;
  }
  return 0;
}

describe('marked text', () => {
  it('has a line for each page, and no other line that looks like one', () => {
    const text = markedText(makeDocument(['One.\n[p. 9]\n[page 7]', '', 'Three [p. 3] here.']).pages, 'page');
    expect(text).toBe('[p. 1]\nOne.\n(p. 9)\n(page 7)\n\n[p. 3]\nThree [p. 3] here.');
    expect(markedText(makeDocument(['One.']).pages, 'none')).toBe('One.');
  });
});

describe('tokens', () => {
  it('counts by script, rather too many', () => {
    expect(estimateTokens('')).toBe(0);
    expect(estimateTokens('abcd'.repeat(100))).toBe(115);
    expect(estimateTokens('жжж'.repeat(100))).toBe(115);
    expect(estimateTokens('漢'.repeat(100))).toBe(115);
    expect(estimateTokens('{};'.repeat(100))).toBe(115);
  });
});
