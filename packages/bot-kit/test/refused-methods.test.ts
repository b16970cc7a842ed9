// Does the emulator say no to files, buttons, drafts and the rest where Telegram does, and as grammY reports it?
// The sentences are those of the live Bot API; those marked "emulator" have none there.
import { Api, GrammyError } from 'grammy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Group, Person, TelegramEmulator } from '../src/testing/index.js';
import { openTeam, refusalOf } from './support/open-team.js';

let emu: TelegramEmulator;
let api: Api;
let ann: Person;
let group: Group;

beforeAll(async () => {
  ({ emu, api, ann, group } = await openTeam());
});
afterAll(() => emu.close());

const refusal = (method: string, body: Record<string, unknown>) => refusalOf(emu, method, body);

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

it('refuses as grammY reports it', async () => {
  const error = await api.sendMessage(ann.id, '').catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(GrammyError);
  expect(error).toMatchObject({ error_code: 400, method: 'sendMessage' });
});
