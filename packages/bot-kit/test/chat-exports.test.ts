// Does a chat exported with Telegram Desktop become what a person missed, without names, and say what is wrong with it?
import { afterEach, describe, expect, test } from 'vitest';
import { everything } from '../src/features/everything.js';
import { EXPORT_MESSAGES_MAX, readChatExport } from '../src/readers/chat-export.js';
import { type OpenBot, openBot } from './support/open-bot.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const HOUR = 3_600;
/** Of the newest message. */
const NEWEST = 1_700_000_000;

function said(
  id: number,
  hoursAgo: number,
  [from, user]: readonly [string, number],
  text: unknown,
  more: object = {},
) {
  const date_unixtime = String(NEWEST - hoursAgo * HOUR);
  return {
    id,
    type: 'message',
    date: '2023-11-14T22:13:20',
    date_unixtime,
    from,
    from_id: `user${user}`,
    text,
    ...more,
  };
}

const ZOE = ['Zoe Zimmer', 901] as const;
const YAN = ['Yan Yilmaz', 902] as const;

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const chatOf = (...messages: unknown[]) => bytesOf({ name: 'Club', type: 'private_group', id: 7, messages });

async function start(answer = 'Topics: the roof. [#4]') {
  world = await openBot({ features: everything(), script: () => answer });
  const ann = world.emu.user({ first_name: 'Annabella', language_code: 'en' });
  const send = (bytes: Uint8Array) =>
    ann.sendDocument(bytes, { name: 'result.json', mime: 'application/json' });
  return { ...world, ann, send };
}

describe('in the private chat', () => {
  test('nothing is sent before a period is chosen; then only that period, with letters for people', async () => {
    const { ann, send, asked, errors, emu, ai } = await start();
    send(
      chatOf(
        said(1, 24 * 30, ZOE, 'A month ago.'),
        said(2, 24 * 3, ZOE, 'Three days ago.'),
        said(3, 2, ['Annabella', ann.id], 'My own words.'),
        {
          id: 90,
          type: 'service',
          date_unixtime: String(NEWEST),
          action: 'join_group_by_link',
          text: 'Zoe joined',
        },
        said(4, 1, YAN, ['Who mends ', { type: 'bold', text: 'the roof' }, '?'], { reply_to_message_id: 3 }),
        said(5, 0, ZOE, 'I do.'),
        said(6, 0, ZOE, '', { photo: 'photos/1.jpg' }),
      ),
    );
    const offer = await ann.sees(/5 messages with text, 2023-10-15 to 2023-11-14[\s\S]*\[Plain summary\]/);
    expect(offer).toContain('[Last day] [Last week] [All of it]');
    expect(asked).toEqual([]);
    await emu.waitFor(() => ai.jobs.running === 0);
    ann.press('Last day');
    await ann.sees('Topics: the roof.');
    await emu.waitFor(() => ai.jobs.running === 0);
    expect(asked[0]?.user).toContain('Person A (to you): Who mends the roof?');
    expect(asked[0]?.user).toContain('Person B: I do.');
    expect(asked[0]?.user).not.toMatch(/Three days|My own|joined/);
    ann.press('Last week');
    await emu.waitFor(() => asked.length === 2 && ai.jobs.running === 0);
    expect(asked[1]?.user).toContain('Three days ago.');
    expect(asked[1]?.user).not.toContain('A month ago.');
    ann.press('All of it');
    await emu.waitFor(() => asked.length === 3 && ai.jobs.running === 0);
    expect(asked[2]?.user).toContain('A month ago.');
    expect(JSON.stringify(asked)).not.toMatch(/Zoe|Zimmer|Yan|Annabella/);
    expect(errors).toEqual([]);
  });

  test('a plain summary reads all of it, with letters; questions about it can follow', async () => {
    const { ann, send, asked } = await start('They mend the roof.');
    send(chatOf(said(1, 1, ZOE, 'The roof leaks.'), said(2, 0, YAN, 'I mend it.')));
    await ann.sees('[Plain summary]');
    ann.press('Plain summary');
    await ann.sees('[With names]');
    expect(asked[0]?.user).toMatch(/Person A: The roof leaks\.\s+Person B: I mend it\./);
    expect(JSON.stringify(asked)).not.toMatch(/Zoe|Yan/);
  });

  test.each([
    [
      'broken',
      new TextEncoder().encode('{"messages": [{"id": 1'),
      'This is no chat export of Telegram Desktop',
    ],
    ['of something else', bytesOf({ results: [] }), 'This is no chat export of Telegram Desktop'],
    ['of all chats', bytesOf({ chats: { list: [{ messages: [] }] } }), 'This file holds several chats.'],
    ['without texts', chatOf(said(1, 0, ZOE, '')), 'There are no texts in this export.'],
  ])('a file that is %s: one sentence, and nothing is sent', async (_, bytes, sentence) => {
    const { ann, send, asked } = await start();
    send(bytes);
    const screen = await ann.sees(sentence);
    expect(screen).not.toContain('[Last day]');
    expect(asked).toEqual([]);
  });
});

describe('the reader', () => {
  test('keeps the newest of too many messages, cuts long ones, and reads old files without seconds', () => {
    const many = Array.from({ length: EXPORT_MESSAGES_MAX + 5 }, (_, id) => said(id, 0, ZOE, `m${id}`));
    const read = readChatExport(chatOf(...many));
    expect(read).toHaveLength(EXPORT_MESSAGES_MAX);
    expect(read[0]?.text).toBe('m5');
    const [long] = readChatExport(
      chatOf({ ...said(1, 0, ZOE, 'x'.repeat(10_000)), date_unixtime: undefined }),
    );
    expect(long?.text).toHaveLength(4_096);
    expect(long?.at).toBe(Date.parse('2023-11-14T22:13:20Z'));
  });

  test.each([
    ['no object', null],
    ['a list', [said(1, 0, ZOE, 'a')]],
    ['messages that are no list', { messages: { 0: 'a' } }],
  ])('%s is no export', (_, value) => {
    expect(() => readChatExport(bytesOf(value))).toThrow(
      expect.objectContaining({ code: 'EXPORT_UNREADABLE' }),
    );
  });

  test('leaves out what is no message, and pieces of texts that are none', () => {
    const read = readChatExport(
      chatOf(
        7,
        null,
        said(1, 0, ZOE, [1, null, { text: 2 }]),
        { ...said(2, 0, ZOE, 'b'), id: 'two' },
        { ...said(3, 0, ZOE, 'c'), date_unixtime: 'soon' },
        { ...said(4, 0, ZOE, 'd'), date_unixtime: '1e300' },
        { ...said(5, 0, ZOE, ['e', { text: 'f' }]), from: null, from_id: 'channel1' },
      ),
    );
    expect(read).toMatchObject([{ id: 5, text: 'ef', name: '', user: undefined }]);
  });
});
