// Does an answer keep only quotation marks and page numbers that are true, in whatever pieces it arrives?
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeDocument, textOf } from '../../test/support/make-document.js';
import type { PageUnit } from '../readers/document-text.js';
import { checkAnswer } from './check-answer.js';
import { quotesOf } from './quote-index.js';

const document = makeDocument([
  'The rent is 900 euro a month.\nIt is due on the “first” day.',
  'The tenant cannot pay in cash. Notice takes three',
  'months from the end of a quarter. 家賃は月額九万円です。',
]);

async function check(answer: string | readonly string[], unit: PageUnit = 'page', most = 3): Promise<string> {
  async function* pieces(): AsyncGenerator<string> {
    yield* typeof answer === 'string' ? [answer] : answer;
  }
  return textOf(
    checkAnswer(pieces(), { unit, quotes: quotesOf(document), mayCite: (page) => page >= 1 && page <= most }),
  );
}

describe('quotations', () => {
  it.each([
    ['“The rent is 900 euro a month.”'],
    ['"It is due on the "'],
    ['«The tenant cannot pay in cash»'],
    ['„Notice takes three months from the end of a quarter“'],
    ['“The rent is 900 euro a month,” it says.'],
    ['“The rent … a month.”'],
    ['「家賃は月額九万円です」'],
  ])('keeps: %s', async (answer) => {
    expect(await check(answer)).toBe(answer);
  });

  it.each([
    ['another number', 'It is “900 dollars”.', 'It is 900 dollars.'],
    ['other words', '“The rent is 900 euro a week.”', 'The rent is 900 euro a week.'],
    ['other capitals', '“the Rent is 900”', 'the Rent is 900'],
    ['the end of a word', '“not pay in cash”', 'not pay in cash'],
    ['a left out middle with a made-up end', '“The rent … a week”', 'The rent … a week'],
    ['never closed', 'He said “The rent', 'He said The rent'],
    ['only signs', '“!?”', '!?'],
  ])('takes the marks off: %s', async (_, answer, shown) => {
    expect(await check(answer)).toBe(shown);
  });

  it('does not wait for ever for a mark that never comes', async () => {
    const long = 'word '.repeat(1000);
    expect(await check(`a " ${long}`)).toBe(`a  ${long}`);
  });
});

describe('page marks', () => {
  it('keeps pages that were read, in one form', async () => {
    expect(await check('A (p. 2). B [p. 1]. C (pages 1–3). D (S. 2) (стр. 3) (p. 1, 3)')).toBe(
      'A (p. 2). B (p. 1). C (p. 1–3). D (p. 2) (p. 3) (p. 1, p. 3)',
    );
    expect(await check('A (Slide 2).', 'slide')).toBe('A (slide 2).');
  });

  it('drops pages the model has not seen', async () => {
    expect(await check('A (p. 4). B (p. 0). C (p. 2, 9). D (p. 3–7)')).toBe('A. B. C (p. 2). D');
    expect(await check('A (p. 2).', 'page', 1)).toBe('A.');
  });

  it('drops all marks where there are no pages', async () => {
    expect(await check('A (p. 1). B (three) (2026) [x](http://a.b)', 'none')).toBe(
      'A. B (three) (2026) [x](http://a.b)',
    );
  });

  it('puts the page right behind a quotation from elsewhere', async () => {
    expect(await check('“The rent is 900 euro” (p. 3). Then (p. 3).')).toBe(
      '“The rent is 900 euro” (p. 1). Then (p. 3).',
    );
    expect(await check('“pay in cash” (p. 1–2)')).toBe('“pay in cash” (p. 1–2)');
  });

  it('leaves other brackets alone', async () => {
    const text = 'f(x) (see below) [1] (900 euro) (p. q) (p';
    expect(await check(text)).toBe(text);
  });
});

it('gives the same in any pieces', async () => {
  const answer =
    'It is “The rent is 900 euro” (p. 3), not “900 dollars” ( p. 1 ) (p. 77) — „Notice takes three“ [p. 2]  and "more (p. 1';
  const whole = await check(answer);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }), async (sizes) => {
      const pieces: string[] = [];
      for (let place = 0, index = 0; place < answer.length; index++) {
        const size = sizes[index % sizes.length] ?? 1;
        pieces.push(answer.slice(place, place + size));
        place += size;
      }
      expect(await check(pieces)).toBe(whole);
    }),
  );
});

it('never throws, and never makes a text longer than its marks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom('“', '”', '"', '(', ')', 'p', '.', ' ', '1', 'rent', '…', '\n') }),
      async (text) => {
        expect((await check(text)).length).toBeLessThanOrEqual(text.length * 3);
      },
    ),
  );
});
