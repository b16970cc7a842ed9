// Does Markdown come out the same in whatever pieces it came, always acceptable to Telegram, and always harmless?
import fc from 'fast-check';
import type { MessageEntity } from 'grammy/types';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, it } from 'vitest';
import { createMarkdownWriter, MAX_SOURCE_UNITS } from './create-markdown-writer.js';
import { formatMarkdown } from './format-markdown.js';
import type { FormattedText } from './formatted-text.js';
import { splitMessage } from './split-message.js';

fc.configureGlobal({ seed: 1, numRuns: process.env['DEEP'] === '1' ? 20_000 : 400 });

const sources = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '*',
        '**',
        '_',
        '__',
        '~~',
        '`',
        '``',
        '```',
        '\n',
        '\n\n',
        '\r\n',
        ' ',
        '  ',
        '# ',
        '- ',
        '1. ',
      ),
      fc.constantFrom(
        '> ',
        '|',
        '| a | b |\n',
        '|---|:-:|\n',
        '---\n',
        '[',
        '](',
        ')',
        '![',
        '<',
        '>',
        '&amp;',
        '&#x202e;',
      ),
      fc.constantFrom(
        'word',
        'a',
        '😀',
        '漢',
        '\\',
        'https://example.org/a_b',
        '@name',
        '/start',
        'tg://user?id=1',
      ),
      fc.constantFrom(
        '\u200b',
        '\u202e',
        '\ud83d',
        '\ude00',
        '\u200d',
        '<br>',
        '<https://a.example>',
        'javascript:alert(1)',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(''));

/** What the Bot API demands of entities, and this kit of itself. */
function expectAcceptable({ text, entities }: FormattedText): void {
  expect(new TextDecoder().decode(new TextEncoder().encode(text))).toBe(text);
  expect(text).toBe(text.trimEnd());
  entities.forEach((one, index) => {
    expect(Number.isInteger(one.offset) && one.offset >= 0 && one.length > 0).toBe(true);
    expect(one.offset + one.length).toBeLessThanOrEqual(text.length);
    expect(text.charCodeAt(one.offset) & 0xfc00).not.toBe(0xdc00);
    expect(text.charCodeAt(one.offset + one.length) & 0xfc00).not.toBe(0xdc00);
    for (const other of entities.slice(index + 1)) {
      expect(other.offset).toBeGreaterThanOrEqual(one.offset);
      if (other.offset >= one.offset + one.length) continue;
      expect(other.offset + other.length).toBeLessThanOrEqual(one.offset + one.length);
      expect(one.type).not.toBe(other.type);
      if ([one.type, other.type].some((type) => type === 'code' || type === 'pre')) {
        expect(one.type).toBe('blockquote');
      }
    }
  });
}

const covered = (entities: readonly MessageEntity[], from: number, to: number, types: readonly string[]) =>
  entities.some((e) => types.includes(e.type) && e.offset < to && from < e.offset + e.length);

/** What Telegram would make pressable by itself or by an entity, apart from web and mail addresses. */
function pressable({ text, entities }: FormattedText): string[] {
  const found: string[] = [];
  const rules = [
    /(?<!\w)@[a-z0-9_]{2,32}/gi,
    /(?<![\w/<>])\/[a-z0-9_]{1,64}(?![\w/<>])/gi,
    /\b(?:tg|ton|tonsite|ftp):\/\/\S+/gi,
  ];
  for (const rule of rules) {
    for (const { 0: match, index } of text.matchAll(rule)) {
      if (!covered(entities, index, index + match.length, ['code', 'pre', 'text_link'])) found.push(match);
    }
  }
  for (const entity of entities) {
    if (entity.type === 'text_link' && !/^(https?:\/\/|mailto:)/.test(entity.url)) found.push(entity.url);
    if (!['bold', 'italic', 'strikethrough', 'code', 'pre', 'blockquote', 'text_link'].includes(entity.type))
      found.push(entity.type);
  }
  return found;
}

const INVISIBLE =
  /(?![\n\t])\p{Cc}|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e0fff}]/u;

function inPieces(source: string, sizes: readonly number[]): FormattedText {
  const writer = createMarkdownWriter();
  let at = 0;
  for (let turn = 0; at < source.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    writer.append(source.slice(at, at + size));
    if (turn % 3 === 0) writer.snapshot();
    at += size;
  }
  return writer.finish();
}

describe('Markdown writer', () => {
  it('property: the same text in any pieces, looked at in between, ends the same', () => {
    fc.assert(
      fc.property(sources, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (source, sizes) => {
        expect(inPieces(source, sizes)).toEqual(formatMarkdown(source));
      }),
    );
  });

  it('property: never throws, and gives only what Telegram accepts, finished or not, under every policy', () => {
    fc.assert(
      fc.property(
        fc.oneof(sources, fc.string({ unit: 'binary', maxLength: 200 })),
        fc.nat(),
        (source, cut) => {
          for (const links of ['web', 'none'] as const) {
            expectAcceptable(formatMarkdown(source, { links }));
            const writer = createMarkdownWriter({ links });
            writer.append(source.slice(0, cut % (source.length + 1)));
            expectAcceptable(writer.snapshot());
          }
        },
      ),
    );
  });

  it('property: nothing can be pressed but web and mail links, and nothing is invisible', () => {
    fc.assert(
      fc.property(sources, (source) => {
        const message = formatMarkdown(source);
        expect(pressable(message)).toEqual([]);
        expect(message.text).not.toMatch(INVISIBLE);
        for (const part of splitMessage(message)) expect(pressable(part)).toEqual([]);
        const none = formatMarkdown(source, { links: 'none' });
        expect(none.entities.filter(({ type }) => type === 'text_link')).toEqual([]);
        for (const { 0: match, index } of none.text.matchAll(/https?:\/\/\S+|example\.org/g)) {
          expect(covered(none.entities, index, index + match.length, ['code', 'pre'])).toBe(true);
        }
      }),
    );
  });

  it('property: emphasis is read as CommonMark reads it', () => {
    const marks = fc
      .array(fc.constantFrom('*', '**', '***', '_', '__', 'a', 'b', ' ', '.', '('), { maxLength: 20 })
      .map((pieces) => `x${pieces.join('')}x`);
    fc.assert(
      fc.property(marks, (source) => {
        expect(looks(formatMarkdown(source))).toEqual(looks(reference(source)));
      }),
      { numRuns: process.env['DEEP'] === '1' ? 50_000 : 1_500 },
    );
  });

  it.each([
    ['many open brackets', '['],
    ['many links in links', '[a]('],
    ['pictures in pictures', '!['],
    ['marks that never close', '*a '],
    ['marks that only close', 'a* '],
    ['marks of both kinds', '*a_ '],
    ['backticks of growing length', '`a``b```c'],
    ['backslashes', '\\'],
    ['spaces', ' '],
    ['number signs and spaces', '# '],
    ['pipes', '|'],
    ['table rules', '|-'],
    ['quotation marks', '> '],
    ['tildes', '~~'],
    ['angle brackets', '<a'],
    ['addresses in brackets', 'https://a.b/('],
    ['words with dots', 'a.a'],
    ['words with at signs', 'a@'],
    ['hyphens', 'a-'],
    ['joiners', '\u200d'],
    ['references', '&#'],
  ])('ends on long runs of %s', (_, piece) => {
    const source = piece.repeat((process.env['DEEP'] === '1' ? 400_000 : 20_000) / piece.length);
    for (const links of ['web', 'none'] as const) {
      const writer = createMarkdownWriter({ links });
      writer.append(source);
      expectSorted(writer.snapshot());
      expectSorted(writer.finish());
    }
  });

  it('cuts a source that is too long, and says so', () => {
    const writer = createMarkdownWriter();
    const line = `${'x'.repeat(999)}\n`;
    for (let count = 0; count < 1_010; count++) writer.append(line);
    const { text } = writer.finish();
    expect(text.length).toBeLessThanOrEqual(MAX_SOURCE_UNITS + 1);
    expect(text.endsWith('…')).toBe(true);
    writer.append('more');
    expect(writer.finish().text).toBe(text);
  });
});

function expectSorted({ text, entities }: FormattedText): void {
  const wrong = entities.filter(
    ({ offset, length }, index) =>
      offset < (entities[index - 1]?.offset ?? 0) || length < 1 || offset + length > text.length,
  );
  expect(wrong).toEqual([]);
}

/** The text with each unit's styles, so that touching or split entities do not matter. */
function looks({ text, entities }: FormattedText): string[] {
  return [...text].map((unit, at) => {
    const types = entities.filter((e) => e.offset <= at && at < e.offset + e.length).map(({ type }) => type);
    return `${unit} ${[...new Set(types)].sort().join()}`;
  });
}

interface Node {
  type: string;
  value?: string;
  children?: readonly Node[];
}

function reference(source: string): FormattedText {
  let text = '';
  const entities: MessageEntity[] = [];
  const walk = (node: Node) => {
    const offset = text.length;
    text += node.value ?? '';
    for (const child of node.children ?? []) walk(child);
    const type = node.type === 'strong' ? 'bold' : node.type === 'emphasis' ? 'italic' : undefined;
    if (type !== undefined) entities.push({ type, offset, length: text.length - offset });
  };
  walk(fromMarkdown(source));
  return { text, entities };
}
