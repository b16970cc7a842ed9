// Does formatted text come out as Telegram delivers it? Three markups, entities, trimming and what it finds itself.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiFailure } from '../api/api-failure.js';
import { tickingClock } from '../state/clock.js';
import { World } from '../state/world.js';
import { detectEntities } from './detect-entities.js';
import { finishText, readMarkup } from './read-text.js';

const world = new World(tickingClock(0), '1:x', {
  id: 1,
  is_bot: true,
  first_name: 'Bot',
  username: 'emulated_bot',
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: true,
  can_connect_to_business: true,
  has_main_web_app: false,
  has_topics_enabled: false,
  allows_users_to_create_topics: false,
  can_manage_bots: false,
  supports_join_request_queries: false,
});
const read = (text: string, mode?: string, entities: unknown[] = []) =>
  finishText(world, readMarkup(text, mode, entities), { max: 4096, empty: false });
/** `type:text` of each entity. */
const marks = (text: string, mode?: string) => {
  const { text: plain, entities } = read(text, mode);
  return entities.map(({ type, offset, length }) => `${type}:${plain.slice(offset, offset + length)}`);
};

describe('HTML', () => {
  it('knows its tags, nested, with attributes and escapes', () => {
    expect(read('<b>a &lt; b</b> &amp; <i>c</i>', 'HTML').text).toBe('a < b & c');
    expect(
      marks('<b>a<i>b</i></b> <u>c</u> <s>d</s> <tg-spoiler>e</tg-spoiler> <code>f</code>', 'html'),
    ).toEqual(['bold:ab', 'italic:b', 'underline:c', 'strikethrough:d', 'spoiler:e', 'code:f']);
    expect(read('<a href="https://example.com/?a=1&amp;b=2">x</a>', 'HTML').entities).toEqual([
      { type: 'text_link', offset: 0, length: 1, url: 'https://example.com/?a=1&b=2' },
    ]);
    expect(read('<pre><code class="language-ts">let x</code></pre>', 'HTML').entities).toEqual([
      { type: 'pre', offset: 0, length: 5, language: 'ts' },
    ]);
    expect(marks('<blockquote expandable>q</blockquote>', 'HTML')).toEqual(['expandable_blockquote:q']);
  });
});

describe('MarkdownV2', () => {
  it('knows its marks, nested, with escapes, code and links', () => {
    expect(marks('*a _b_* __c__ ~d~ ||e|| `f` [g](https://example\\.com)', 'MarkdownV2')).toEqual([
      'bold:a b',
      'italic:b',
      'underline:c',
      'strikethrough:d',
      'spoiler:e',
      'code:f',
      'text_link:g',
    ]);
    expect(read('1\\. x \\- y', 'MarkdownV2').text).toBe('1. x - y');
    expect(read('```ts\nlet x = 1;\n```', 'MarkdownV2').entities).toEqual([
      { type: 'pre', offset: 0, length: 10, language: 'ts' },
    ]);
    expect(marks('>one\n>two\nafter', 'MarkdownV2')).toEqual(['blockquote:one\ntwo']);
    expect(marks('___both_**__', 'MarkdownV2').sort()).toEqual(['italic:both', 'underline:both']);
  });
});

describe('plain text', () => {
  it('is trimmed at its ends, entities with it', () => {
    expect(read('  hello  ', undefined, [{ type: 'bold', offset: 2, length: 7 }])).toEqual({
      text: 'hello',
      entities: [{ type: 'bold', offset: 0, length: 5 }],
    });
  });

  it('gets commands, mentions, links and tags marked, but not inside code', () => {
    const found = (text: string) =>
      detectEntities(text, []).map(
        ({ type, offset, length }) => `${type}:${text.slice(offset, offset + length)}`,
      );
    expect(
      found('/start@emulated_bot see https://example.com/a?b=1. or example.org, @some_body #tag $TON a@b.io'),
    ).toEqual([
      'bot_command:/start@emulated_bot',
      'url:https://example.com/a?b=1',
      'url:example.org',
      'mention:@some_body',
      'hashtag:#tag',
      'cashtag:$TON',
      'email:a@b.io',
    ]);
    expect(found('a/b 1/2 <tag/>')).toEqual([]);
    expect(marks('<code>/start https://example.com</code>', 'HTML')).toEqual([
      'code:/start https://example.com',
    ]);
  });
});

describe('any text', () => {
  it('is either taken with entities in bounds, or refused in words', () => {
    const pieces = fc.constantFrom(
      '*',
      '_',
      '__',
      '`',
      '```',
      '[',
      '](',
      ')',
      '~',
      '||',
      '>',
      '\n',
      '\\',
      '<b>',
      '</b>',
      '<i>',
      '<a href="x">',
      '</a>',
      '&lt;',
      '&',
      'word',
      ' ',
      '😀',
      'ж',
      '.',
      '!',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 25 }),
        fc.constantFrom(undefined, 'HTML', 'Markdown', 'MarkdownV2'),
        (parts, mode) => {
          try {
            const { text, entities } = read(parts.join(''), mode);
            for (const { offset, length } of entities) {
              expect(length).toBeGreaterThan(0);
              expect(offset).toBeGreaterThanOrEqual(0);
              expect(offset + length).toBeLessThanOrEqual(text.length);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(ApiFailure);
          }
        },
      ),
      { seed: 7, numRuns: 3000 },
    );
  });
});
