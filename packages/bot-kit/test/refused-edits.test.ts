// Does the emulator keep messages from being changed and deleted where Telegram does?
// The sentences are those of the live Bot API; those marked "emulator" have none there.
import type { Api } from 'grammy';
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
