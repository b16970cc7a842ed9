// Does the emulator say no to texts where Telegram does, in its words? Each case over HTTP with its sentence.
// The sentences are those of the live Bot API; those marked "emulator" have none there.
import type { Api } from 'grammy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person, TelegramEmulator } from '../src/testing/index.js';
import { openTeam, refusalOf } from './support/open-team.js';

let emu: TelegramEmulator;
let api: Api;
let ann: Person;

beforeAll(async () => {
  ({ emu, api, ann } = await openTeam());
});
afterAll(() => emu.close());

const refusal = (method: string, body: Record<string, unknown>) => refusalOf(emu, method, body);
const entity = (more: Record<string, unknown>) => ({
  text: 'hello',
  entities: [{ type: 'bold', offset: 0, length: 5, ...more }],
});
const inline = (button: Record<string, unknown>) => ({
  text: 'x',
  reply_markup: { inline_keyboard: [[button]] },
});
const html = (text: string) => ({ text, parse_mode: 'HTML' });
const v2 = (text: string) => ({ text, parse_mode: 'MarkdownV2' });
const parse = (what: string) => `400 Bad Request: can't parse entities: ${what}`;
const reserved = (character: string) =>
  parse(`Character '${character}' is reserved and must be escaped with the preceding '\\'`);

describe('sendMessage refuses', () => {
  const cases: [name: string, body: Record<string, unknown>, expected: string][] = [
    ['no text', {}, '400 Bad Request: message text is empty'],
    ['an empty text', { text: '' }, '400 Bad Request: message text is empty'],
    ['a text of space', { text: '  \n ' }, '400 Bad Request: text must be non-empty'],
    ['4,097 characters', { text: 'x'.repeat(4097) }, '400 Bad Request: message is too long'],
    [
      '2,049 emoji, which are 4,098 units',
      { text: '😀'.repeat(2049) },
      '400 Bad Request: message is too long',
    ],
    ['no chat', { chat_id: undefined, text: 'x' }, '400 Bad Request: chat_id is empty'],
    ['an unknown chat', { chat_id: 1, text: 'x' }, '400 Bad Request: chat not found'],
    ['an unknown name', { chat_id: '@nobody_here', text: 'x' }, '400 Bad Request: chat not found'],
    [
      'an unknown parameter (emulator)',
      { text: 'x', parsemode: 'HTML' },
      '400 Bad Request: unknown parameter "parsemode" of sendMessage',
    ],
    ['an unknown parse mode', { text: 'x', parse_mode: 'BBCode' }, '400 Bad Request: unsupported parse_mode'],
    [
      'an entity after the end',
      entity({ offset: 100, length: 1 }),
      '400 Bad Request: entity begins after the end of the text at UTF-16 offset 100',
    ],
    [
      'an entity beyond the end',
      entity({ length: 100 }),
      '400 Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 100',
    ],
    [
      'a negative offset',
      entity({ offset: -1, length: 1 }),
      '400 Bad Request: receive an entity with incorrect offset -1',
    ],
    [
      'an unknown type',
      entity({ type: 'blink' }),
      "400 Bad Request: can't parse MessageEntity: Unsupported type specified",
    ],
    [
      'a link without address',
      entity({ type: 'text_link' }),
      '400 Bad Request: can\'t parse MessageEntity: Can\'t find field "url"',
    ],
    [
      'a link to nowhere',
      entity({ type: 'text_link', url: 'not-a-url' }),
      "400 Bad Request: entity URL 'not-a-url' is invalid: Wrong HTTP URL",
    ],
    [
      'a mention of a stranger',
      entity({ type: 'text_mention', user: { id: 5 } }),
      '400 Bad Request: user not found',
    ],
    [
      'an entity that ends inside an emoji',
      { text: 'a😀b', entities: [{ type: 'bold', offset: 0, length: 2 }] },
      '400 Bad Request: entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 5',
    ],
    [
      'an entity that begins inside an emoji',
      { text: 'a😀b', entities: [{ type: 'bold', offset: 2, length: 2 }] },
      '400 Bad Request: entity begins in a middle of a UTF-16 symbol at byte offset 5',
    ],
    [
      'entities that cross',
      {
        text: 'abcdefgh',
        entities: [
          { type: 'bold', offset: 0, length: 4 },
          { type: 'italic', offset: 2, length: 4 },
        ],
      },
      '400 Bad Request: entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 6',
    ],
    [
      'an open Markdown mark',
      { text: '*bold', parse_mode: 'Markdown' },
      parse("Can't find end of the entity starting at byte offset 0"),
    ],
    ['an open MarkdownV2 mark', v2('*bold'), parse("Can't find end of Bold entity at byte offset 0")],
    [
      'an open mark after an inner one',
      v2('*bold _italic\\_*'),
      parse("Can't find end of Bold entity at byte offset 15"),
    ],
    [
      'an italic ended by two underscores',
      v2('_a__'),
      parse("Can't find end of Underline entity at byte offset 2"),
    ],
    ['an open code mark', v2('ж `code'), parse("Can't find end of Code entity at byte offset 3")],
    ['an unescaped dot', v2('hello.'), reserved('.')],
    ['an unescaped dash', v2('a-b'), reserved('-')],
    ['an unescaped parenthesis', v2('test()'), reserved('(')],
    ['an open tag', html('<b>unclosed'), parse('Can\'t find end tag corresponding to start tag "b"')],
    [
      'an unknown tag',
      html('<script>alert(1)</script>'),
      parse('Unsupported start tag "script" at byte offset 0'),
    ],
    [
      'tags that cross',
      html('<b><i>test</b></i>'),
      parse('Unmatched end tag at byte offset 10, expected "</i>", found "</b>"'),
    ],
    ['an end without a start', html('a</b>'), parse('Unexpected end tag at byte offset 1')],
    [
      '65 bytes of callback data',
      inline({ text: 'x', callback_data: 'x'.repeat(65) }),
      '400 Bad Request: BUTTON_DATA_INVALID',
    ],
    [
      '33 letters that are 66 bytes',
      inline({ text: 'x', callback_data: 'ж'.repeat(33) }),
      '400 Bad Request: BUTTON_DATA_INVALID',
    ],
    [
      'a button without action',
      inline({ text: 'x' }),
      "400 Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      'a button without text',
      inline({ callback_data: 'x' }),
      '400 Bad Request: can\'t parse inline keyboard button: Can\'t find field "text"',
    ],
    [
      'a button with two actions (emulator)',
      inline({ text: 'x', callback_data: 'x', url: 'https://example.com' }),
      "400 Bad Request: can't parse inline keyboard button: Exactly one of the optional fields must be used, found url and callback_data",
    ],
    [
      'a button to nowhere',
      inline({ text: 'x', url: 'not-a-url' }),
      "400 Bad Request: inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL",
    ],
    [
      'a button to FTP',
      inline({ text: 'x', url: 'ftp://example.com' }),
      "400 Bad Request: inline keyboard button URL 'ftp://example.com' is invalid: Unsupported URL protocol",
    ],
    [
      'an app without HTTPS',
      inline({ text: 'x', web_app: { url: 'http://example.com' } }),
      "400 Bad Request: inline keyboard button Web App URL 'http://example.com' is invalid: Only HTTPS links are allowed",
    ],
    [
      'a copy text of 257 letters',
      inline({ text: 'x', copy_text: { text: 'x'.repeat(257) } }),
      '400 Bad Request: BUTTON_COPY_TEXT_INVALID',
    ],
    [
      'a pay button without invoice',
      inline({ text: 'x', pay: true }),
      '400 Bad Request: BUTTON_TYPE_INVALID',
    ],
    [
      'a keyboard that is none',
      { text: 'x', reply_markup: { inline_keyboard: 'bad' } },
      '400 Bad Request: field "inline_keyboard" must be of type Array',
    ],
    [
      'a reply to nothing',
      { text: 'x', reply_parameters: { message_id: 999 } },
      '400 Bad Request: message to be replied not found',
    ],
    ['an unknown topic', { text: 'x', message_thread_id: 5 }, '400 Bad Request: message thread not found'],
    [
      'an unknown business connection',
      { text: 'x', business_connection_id: 'none' },
      '400 Bad Request: business connection not found',
    ],
    [
      'a preview flag that is none',
      { text: 'x', link_preview_options: { is_disabled: 'yes' } },
      '400 Bad Request: field "is_disabled" must be of type Boolean',
    ],
    [
      'an ephemeral message in a private chat',
      { text: 'x', ephemeral_message_parameters: { receiver_user_id: 1 } },
      '400 Bad Request: ephemeral messages can be sent only to groups and supergroups',
    ],
  ];
  it.each(cases)('%s', async (_, body, expected) => {
    expect(await refusal('sendMessage', { chat_id: ann.id, ...body })).toBe(expected);
  });

  it('writing to people who blocked, left, or never wrote', async () => {
    const bob = emu.user({ first_name: 'Bob' });
    expect(await refusal('sendMessage', { chat_id: bob.id, text: 'x' })).toBe(
      '400 Bad Request: chat not found',
    );
    const team = emu.group({ title: 'T', members: [bob], bot: 'administrator' });
    bob.send('hello', { in: team });
    expect(await refusal('sendMessage', { chat_id: bob.id, text: 'x' })).toBe(
      "403 Forbidden: bot can't initiate conversation with a user",
    );
    bob.start();
    bob.block();
    expect(await refusal('sendMessage', { chat_id: bob.id, text: 'x' })).toBe(
      '403 Forbidden: bot was blocked by the user',
    );
    bob.unblock();
    bob.deactivate();
    expect(await refusal('sendMessage', { chat_id: bob.id, text: 'x' })).toBe(
      '403 Forbidden: user is deactivated',
    );
    team.removeBot(bob);
    expect(await refusal('sendMessage', { chat_id: team.id, text: 'x' })).toBe(
      '403 Forbidden: bot was kicked from the supergroup chat',
    );
    const other = emu.group({ title: 'O', members: [bob], bot: 'none' });
    expect(await refusal('sendMessage', { chat_id: other.id, text: 'x' })).toBe(
      '403 Forbidden: bot is not a member of the supergroup chat',
    );
  });
});

it('keeps a hundred entities and says that the rest was dropped', async () => {
  const entities = Array.from({ length: 120 }, (_, index) => ({
    type: 'bold' as const,
    offset: index,
    length: 1,
  }));
  const sent = await api.sendMessage(ann.id, 'x'.repeat(120), { entities });
  expect(sent.entities).toHaveLength(100);
  expect(emu.warnings).toEqual(['120 entities in one text; Telegram keeps 100.']);
});
