// Does the emulator say no where Telegram does, in its words? Each case over HTTP with its sentence.
// The sentences are those of the live Bot API; those marked "emulator" have none there.
import { Api, GrammyError } from 'grammy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTelegramEmulator, type Group, type Person, type TelegramEmulator } from './index.js';

let emu: TelegramEmulator;
let api: Api;
let ann: Person;
let group: Group;

beforeAll(async () => {
  emu = await createTelegramEmulator();
  api = new Api(emu.token, { apiRoot: emu.apiRoot });
  ann = emu.user({ first_name: 'Ann' });
  ann.start();
  group = emu.group({ title: 'Team', members: [ann] });
});
afterAll(() => emu.close());

/** The refusal of a call that grammY's types may forbid. */
async function refusal(method: string, body: Record<string, unknown>): Promise<string> {
  const response = await fetch(`${emu.apiRoot}/bot${emu.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer: { ok: boolean; error_code: number; description: string } = await response.json();
  expect(answer.ok).toBe(false);
  expect(answer.error_code).toBe(response.status);
  return `${answer.error_code} ${answer.description}`;
}

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

describe('editing and deleting refuses', () => {
  it('what has not changed, by text, entities and keyboard', async () => {
    const keyboard = { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] };
    const { message_id } = await api.sendMessage(ann.id, '<b>same</b>', {
      parse_mode: 'HTML',
      reply_markup: keyboard,
    });
    const same = {
      chat_id: ann.id,
      message_id,
      text: 'same',
      entities: [{ type: 'bold', offset: 0, length: 4 }],
      reply_markup: keyboard,
    };
    expect(await refusal('editMessageText', same)).toBe(
      '400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
    await expect(
      api.editMessageText(ann.id, message_id, 'same', { reply_markup: keyboard }),
    ).resolves.toMatchObject({ text: 'same' });
    const bare = await api.editMessageText(ann.id, message_id, 'same');
    expect(bare).not.toHaveProperty('reply_markup');
  });

  it('what is not there, not its own, or has no text', async () => {
    const theirs = ann.send('mine');
    const at = { chat_id: ann.id, text: 'x' };
    expect(await refusal('editMessageText', { ...at, message_id: 999 })).toBe(
      '400 Bad Request: message to edit not found',
    );
    expect(await refusal('editMessageText', { ...at })).toBe(
      '400 Bad Request: message identifier is not specified',
    );
    expect(await refusal('editMessageText', { ...at, message_id: theirs.message_id })).toBe(
      "400 Bad Request: message can't be edited",
    );
    expect(await refusal('editMessageText', { inline_message_id: 'none', text: 'x' })).toBe(
      '400 Bad Request: MESSAGE_ID_INVALID',
    );
    expect(await refusal('deleteMessage', { chat_id: ann.id, message_id: 999 })).toBe(
      '400 Bad Request: message to delete not found',
    );
    const { message_id } = await api.sendMessage(ann.id, 'text');
    expect(await refusal('editMessageCaption', { chat_id: ann.id, message_id, caption: 'x' })).toBe(
      '400 Bad Request: there is no caption in the message to edit',
    );
    const { message_id: dice } = await api.sendDice(ann.id, '🎲');
    expect(await refusal('editMessageText', { ...at, message_id: dice })).toBe(
      '400 Bad Request: there is no text in the message to edit',
    );
    await api.deleteMessage(ann.id, message_id);
    expect(await refusal('editMessageText', { ...at, message_id })).toBe(
      '400 Bad Request: message to edit not found',
    );
  });

  it('deleting after 48 hours, and others’ messages in groups', async () => {
    const { message_id } = await api.sendMessage(ann.id, 'old');
    emu.clock.tick(48 * 3_600_000 + 1);
    expect(await refusal('deleteMessage', { chat_id: ann.id, message_id })).toBe(
      "400 Bad Request: message can't be deleted for everyone",
    );
    const theirs = ann.send('/hello', { in: group });
    expect(await refusal('deleteMessage', { chat_id: group.id, message_id: theirs.message_id })).toBe(
      "400 Bad Request: message can't be deleted",
    );
  });
});

describe('other methods refuse', () => {
  const cases: [name: string, method: string, body: Record<string, unknown>, expected: string][] = [
    ['an unknown method', 'sendEverything', {}, '404 Not Found: method not found'],
    [
      'a method that is not emulated (emulator)',
      'createNewStickerSet',
      { user_id: 1, name: 'x', title: 'x', stickers: [] },
      '400 Bad Request: createNewStickerSet exists in Telegram, but not in this emulator',
    ],
    [
      'an unknown button press',
      'answerCallbackQuery',
      { callback_query_id: 'none' },
      '400 Bad Request: query is too old and response timeout expired or query ID is invalid',
    ],
    [
      'an answer of 201 letters',
      'answerCallbackQuery',
      { callback_query_id: 'none', text: 'x'.repeat(201) },
      '400 Bad Request: MESSAGE_TOO_LONG',
    ],
    [
      'an unknown file',
      'getFile',
      { file_id: 'none' },
      '400 Bad Request: wrong file identifier/HTTP URL specified',
    ],
    [
      'a wrong action',
      'sendChatAction',
      { chat_id: 0, action: 'dance' },
      '400 Bad Request: wrong parameter action in request',
    ],
    [
      'a command with capitals',
      'setMyCommands',
      { commands: [{ command: 'Start', description: 'x' }] },
      '400 Bad Request: BOT_COMMAND_INVALID',
    ],
    [
      'a webhook without HTTPS',
      'setWebhook',
      { url: 'http://example.com/hook' },
      '400 Bad Request: bad webhook: An HTTPS URL must be provided for webhook',
    ],
    [
      'an invoice in dollars',
      'sendInvoice',
      {
        chat_id: 0,
        title: 't',
        description: 'd',
        payload: 'p',
        currency: 'USD',
        prices: [{ label: 'x', amount: 1 }],
      },
      '400 Bad Request: CURRENCY_INVALID',
    ],
    [
      'a subscription of a week',
      'createInvoiceLink',
      {
        title: 't',
        description: 'd',
        payload: 'p',
        currency: 'XTR',
        prices: [{ label: 'x', amount: 1 }],
        subscription_period: 604_800,
      },
      '400 Bad Request: SUBSCRIPTION_PERIOD_INVALID',
    ],
  ];
  it.each(cases)('%s', async (_, method, body, expected) => {
    expect(await refusal(method, body)).toBe(expected);
  });

  it('a wrong token', async () => {
    const stranger = new Api('1:wrong', { apiRoot: emu.apiRoot });
    await expect(stranger.getMe()).rejects.toMatchObject({ error_code: 401, description: 'Unauthorized' });
  });

  it('drafts in groups', async () => {
    expect(await refusal('sendMessageDraft', { chat_id: group.id, draft_id: 1, text: 'x' })).toBe(
      '400 Bad Request: message drafts can be sent only to private chats',
    );
  });

  it('captions above 1,024 characters and empty files', async () => {
    const form = new FormData();
    form.set('chat_id', String(ann.id));
    form.set('document', new File(['abc'], 'a.txt'));
    form.set('caption', 'x'.repeat(1025));
    const send = async () =>
      (await fetch(`${emu.apiRoot}/bot${emu.token}/sendDocument`, { method: 'POST', body: form })).json();
    expect(await send()).toMatchObject({ description: 'Bad Request: message caption is too long' });
    form.set('caption', 'fine');
    expect(await send()).toMatchObject({
      ok: true,
      result: { caption: 'fine', document: { file_name: 'a.txt', file_size: 3 } },
    });
    form.set('document', new File([], 'a.txt'));
    expect(await send()).toMatchObject({ description: 'Bad Request: file must be non-empty' });
  });

  it('uploads above 50 MB', async () => {
    const form = new FormData();
    form.set('chat_id', String(ann.id));
    form.set('document', new File([new Uint8Array(50 * 1024 * 1024 + 1)], 'a.bin'));
    const response = await fetch(`${emu.apiRoot}/bot${emu.token}/sendDocument`, {
      method: 'POST',
      body: form,
    });
    expect([response.status, await response.json()]).toEqual([
      413,
      { ok: false, error_code: 413, description: 'Request Entity Too Large' },
    ]);
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

it('refuses as grammY reports it', async () => {
  const error = await api.sendMessage(ann.id, '').catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(GrammyError);
  expect(error).toMatchObject({ error_code: 400, method: 'sendMessage' });
});
