// Do the screen, the page and the search for leaks show what people see, and nothing that harms?
import { Api } from 'grammy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelegramEmulator, type Person, type TelegramEmulator } from '../index.js';
import { entitiesHtml } from './entities-html.js';

let emu: TelegramEmulator;
let api: Api;
let ann: Person;

beforeEach(async () => {
  emu = await createTelegramEmulator();
  api = new Api(emu.token, { apiRoot: emu.apiRoot });
  ann = emu.user({ first_name: 'Ann' });
  ann.start();
});
afterEach(() => emu.close());

describe('the screen', () => {
  it('shows texts, hidden addresses, files, replies, buttons and keyboards without times or ids', async () => {
    const file = ann.sendDocument(new Uint8Array(2048), { name: 'lease.pdf', caption: 'Sum it up' });
    await api.sendMessage(ann.id, 'See <a href="https://example.com/a">here</a>\nand <b>there</b>', {
      parse_mode: 'HTML',
      reply_parameters: { message_id: file.message_id },
      reply_markup: {
        inline_keyboard: [
          [
            { text: 'More', callback_data: 'm' },
            { text: 'Copy', copy_text: { text: 'x' } },
          ],
          [{ text: 'Site', url: 'https://example.com' }],
        ],
      },
    });
    await api.sendMessage(ann.id, 'Pick', { reply_markup: { keyboard: [['A', 'B']] } });
    await api.sendMessageDraft(ann.id, 1, 'Half', { can_stop: true });
    expect(ann.screen()).toMatchInlineSnapshot(`
      "You: /start
      You: 📎 lease.pdf (2.0 kB)
        Sum it up
      Bot: ↩ Sum it up
        See [here](https://example.com/a)
        and there
        [More] [Copy ⧉]
        [Site → https://example.com]
      Bot: Pick
      Bot (writing, [Stop]): Half
      ⌨ [A] [B]"
    `);
  });
});

describe('the page', () => {
  it('escapes every text that comes from people, bots and files', async () => {
    const evil = '<img src=x onerror=alert(1)>"\'&';
    const mallory = emu.user({ first_name: evil });
    mallory.start();
    mallory.sendDocument(new Uint8Array(1), { name: `${evil}.pdf`, caption: evil });
    mallory.forward(evil, { from: evil });
    const message = mallory.send(evil);
    await api.sendMessage(mallory.id, evil, {
      entities: [{ type: 'pre', offset: 0, length: 5, language: evil }],
      reply_parameters: { message_id: message.message_id },
      reply_markup: { inline_keyboard: [[{ text: evil, callback_data: 'x' }]] },
    });
    await api.sendMessage(mallory.id, 'Pick', {
      reply_markup: { keyboard: [[evil]], input_field_placeholder: evil },
    });
    await api.sendMessageDraft(mallory.id, 1, evil);
    const page = emu.html(mallory);
    expect(page).not.toMatch(/<img|<script/i);
    expect(page.replaceAll(/<style>.*?<\/style>/gs, '')).not.toContain('onerror=alert(1)>');
    expect(page).toContain('&#60;img src=x onerror=alert(1)&#62;');
  });

  it('asks for nothing from elsewhere and says what it is', () => {
    const page = emu.html(ann);
    expect(page).toContain('Emulator, not Telegram');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/\b(src|@import|url)\s*[=(]/i);
  });

  it('draws entities inside each other, and only safe addresses as links', () => {
    expect(
      entitiesHtml('bold italic link', [
        { type: 'bold', offset: 0, length: 11 },
        { type: 'italic', offset: 5, length: 6 },
        { type: 'text_link', offset: 12, length: 4, url: 'https://example.com/?a=1&b="' },
      ]),
    ).toBe(
      '<b>bold <i>italic</i></b> <a href="https://example.com/?a=1&#38;b=&#34;" title="https://example.com/?a=1&#38;b=&#34;" rel="noreferrer">link</a>',
    );
    expect(entitiesHtml('x', [{ type: 'text_link', offset: 0, length: 1, url: 'tg://user?id=1' }])).toBe(
      '<span class="link" title="tg://user?id=1">x</span>',
    );
  });
});

describe('leaks', () => {
  it('finds a secret in other chats, drafts, calls and logs, and not where it was told', async () => {
    const bob = emu.user({ first_name: 'Bob' });
    bob.start();
    ann.send('My code is TULIP-7');
    await api.sendMessage(ann.id, 'Noted: tulip-7');
    expect(emu.leaks('TULIP-7')).toEqual([]);
    await api.sendMessage(bob.id, 'Ann said Tulip-7');
    await api.sendMessageDraft(bob.id, 1, 'TULIP-7');
    expect(emu.leaks('TULIP-7', { logs: ['job done', 'text=TULIP-7'] })).toEqual([
      { where: 'message', what: 'Bob' },
      { where: 'draft', what: 'Bob' },
      { where: 'call', what: 'sendMessage' },
      { where: 'call', what: 'sendMessageDraft' },
      { where: 'log', what: 'text=TULIP-7' },
    ]);
    expect(emu.leaks('TULIP-7', { allowed: [ann, bob] })).toEqual([]);
  });

  it('knows secrets inside files, and deleted messages', async () => {
    const bob = emu.user({ first_name: 'Bob' });
    bob.start();
    ann.sendDocument(new TextEncoder().encode('rent: 4711 gold'), { name: 'lease.txt' });
    expect(emu.leaks('4711 gold')).toEqual([]);
    const { message_id } = await api.sendMessage(bob.id, '4711 gold');
    await api.deleteMessage(bob.id, message_id);
    expect(emu.leaks('4711 gold').map(({ where }) => where)).toEqual(['message', 'call']);
  });
});
