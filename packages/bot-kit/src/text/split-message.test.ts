// Do parts of a split message say together exactly what the whole said, and does Telegram accept each of them?
import fc from 'fast-check';
import type { MessageEntity } from 'grammy/types';
import { describe, expect, it } from 'vitest';
import type { FormattedText } from './formatted-text.js';
import { plain } from './formatted-text.js';
import { numberParts } from './number-parts.js';
import { splitMessage } from './split-message.js';

fc.configureGlobal({ seed: 1, numRuns: Number(process.env['DEEP'] === '1' ? 10_000 : 300) });

const link = (offset: number, length: number): MessageEntity => ({
  type: 'text_link',
  offset,
  length,
  url: 'https://example.org/',
});

/** Words, signs of several units, line ends and blank lines, in every mixture. */
const texts = fc
  .array(
    fc.constantFrom(
      'a',
      'word',
      'Sentence.',
      ' ',
      ' ',
      '\n',
      '\n\n',
      '😀',
      '👨‍👩‍👧',
      'é',
      '漢字。',
      '>'.repeat(30),
    ),
    { maxLength: 150 },
  )
  .map((pieces) => pieces.join(''));

const messages: fc.Arbitrary<FormattedText> = texts.chain((text) =>
  fc
    .array(
      fc.record({
        from: fc.nat(text.length),
        length: fc.integer({ min: 1, max: 60 }),
        kind: fc.constantFrom('bold', 'italic', 'pre', 'blockquote', 'text_link', 'code'),
      }),
      { maxLength: 30 },
    )
    .map((spans) => ({
      text,
      entities: spans
        .map(({ from, length, kind }): MessageEntity => {
          const [offset, end] = [onSign(text, from), onSign(text, Math.min(from + length, text.length))];
          const place = { offset, length: end - offset };
          if (kind === 'text_link') return { ...place, type: kind, url: 'https://example.org/' };
          if (kind === 'pre') return { ...place, type: kind, language: 'ts' };
          return { ...place, type: kind as 'bold' };
        })
        .filter(({ length }) => length > 0),
    })),
);

const onSign = (text: string, at: number) => (/[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at + 1 : at);

/** Which styles each unit of the text carries. */
function styles({ text, entities }: FormattedText): string[] {
  return Array.from({ length: text.length }, (_, at) =>
    [...new Set(entities.filter((e) => e.offset <= at && at < e.offset + e.length).map(({ type }) => type))]
      .sort()
      .join(),
  );
}

describe('splitMessage', () => {
  it('property: texts joined are the text, and every unit keeps its styles', () => {
    fc.assert(
      fc.property(messages, fc.integer({ min: 40, max: 120 }), (message, units) => {
        const parts = splitMessage(message, { units });
        const expected = styles(message);
        let end = 0;
        for (const part of parts) {
          const at = message.text.indexOf(part.text, end);
          // White space may be missing only where a whole part would have shown nothing.
          expect(message.text.slice(end, at).trim()).toBe('');
          end = at + part.text.length;
          expect(styles(part)).toEqual(expected.slice(at, end));
        }
        expect(message.text.slice(end).trim()).toBe('');
        if (/^\S*(\s\S+)*$/.test(message.text) && message.entities.length === 0) {
          expect(parts.map(({ text }) => text).join('')).toBe(message.text);
        }
      }),
    );
  });

  it('property: never over the limits, never half a sign, never empty', () => {
    fc.assert(
      fc.property(
        messages,
        fc.integer({ min: 2, max: 90 }),
        fc.integer({ min: 1, max: 9 }),
        (message, units, most) => {
          for (const { text, entities } of splitMessage(message, { units, entities: most })) {
            expect(text.length).toBeLessThanOrEqual(units);
            expect(entities.length).toBeLessThanOrEqual(most);
            expect(text.trim()).not.toBe('');
            expect(new TextDecoder().decode(new TextEncoder().encode(text))).toBe(text);
            for (const { offset, length } of entities) {
              expect(offset).toBeGreaterThanOrEqual(0);
              expect(length).toBeGreaterThan(0);
              expect(offset + length).toBeLessThanOrEqual(text.length);
            }
          }
        },
      ),
    );
  });

  it('property: a link that fits into a message is never cut', () => {
    fc.assert(
      fc.property(texts, fc.nat(400), fc.integer({ min: 1, max: 50 }), (text, at, size) => {
        const offset = onSign(text, Math.min(at, text.length));
        const length = onSign(text, Math.min(offset + size, text.length)) - offset;
        if (length < 1) return;
        const parts = splitMessage({ text, entities: [link(offset, length)] }, { units: 60 });
        const lengths = parts.flatMap(({ entities }) => entities.map((entity) => entity.length));
        // A link over white space only may be left out with it.
        if (text.slice(offset, offset + length).trim() !== '') expect(lengths).toEqual([length]);
      }),
    );
  });

  it('cuts after a blank line, else a line, a sentence, a word', () => {
    const first = (text: string) => splitMessage(plain(text), { units: 40 })[0]?.text;
    expect(first('One. Two three.\n\nFour five.\nSix seven eight nine ten')).toBe('One. Two three.\n\n');
    expect(first('One. Two three four five.\nSix seven eight nine ten')).toBe('One. Two three four five.\n');
    expect(first('One two three four five six. Seven eight nine ten')).toBe('One two three four five six. ');
    expect(first('one two three four five six seven eight nine ten')).toBe(
      'one two three four five six seven eight ',
    );
    expect(first('x'.repeat(50))).toBe('x'.repeat(40));
    // A blank line near the beginning does not make a tiny first message.
    expect(first('Hi.\n\nOne two three four five. Six seven eight nine ten')).toBe(
      'Hi.\n\nOne two three four five. ',
    );
  });

  it('goes on with a code block in its language', () => {
    const text = Array.from({ length: 20 }, (_, line) => `line ${line}`).join('\n');
    const entities: MessageEntity[] = [{ type: 'pre', offset: 0, length: text.length, language: 'ts' }];
    const parts = splitMessage({ text, entities }, { units: 50 });
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) {
      expect(part.entities).toEqual([{ type: 'pre', offset: 0, length: part.text.length, language: 'ts' }]);
      expect(part.text.startsWith('line ')).toBe(true);
    }
  });

  it('begins a new message before the ninety-sixth entity', () => {
    const text = Array.from({ length: 200 }, () => 'b ').join('');
    const entities = Array.from(
      { length: 200 },
      (_, at): MessageEntity => ({
        type: 'bold',
        offset: at * 2,
        length: 1,
      }),
    );
    expect(splitMessage({ text, entities }).map((part) => part.entities.length)).toEqual([95, 95, 10]);
  });

  it('keeps a family and a flag of modifiers whole when there is no white space', () => {
    const parts = splitMessage(plain('👨‍👩‍👧👍🏽'.repeat(20)), { units: 30 });
    for (const { text } of parts) expect(text).toMatch(/^(👨‍👩‍👧|👍🏽)+$/u);
  });

  it('leaves a link whole even when it is crowded with styles', () => {
    const text = 'a'.repeat(100);
    const bold = Array.from(
      { length: 50 },
      (_, at): MessageEntity => ({ type: 'bold', offset: at * 2, length: 1 }),
    );
    const [part] = splitMessage({ text, entities: [link(0, 100), ...bold] }, { units: 100, entities: 10 });
    expect(part?.text).toBe(text);
    expect(part?.entities).toHaveLength(10);
  });

  it('says nothing for nothing', () => {
    expect(splitMessage(plain(''))).toEqual([]);
    expect(splitMessage(plain(' \n '.repeat(3_000)))).toEqual([]);
  });
});

describe('numberParts', () => {
  it('numbers only what has several parts, within the room that is left', () => {
    expect(numberParts([plain('one')])).toEqual([plain('one')]);
    const parts = numberParts(splitMessage(plain('word '.repeat(10_000))));
    expect(parts[1]?.text.endsWith(`\n\n(2/${parts.length})`)).toBe(true);
    for (const { text } of parts) expect(text.length).toBeLessThanOrEqual(4_096);
  });
});
