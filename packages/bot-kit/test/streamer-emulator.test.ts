// Does an answer arrive whole, once, over real HTTP at a strict Telegram, with and without auto-retry?
import { autoRetry } from '@grammyjs/auto-retry';
import { Bot } from 'grammy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createJobQueue,
  draftOutlet,
  editOutlet,
  type Outlet,
  type StreamedAnswer,
  streamAnswer,
} from '../src/index.js';
import { createTelegramEmulator, type Person, type TelegramEmulator } from '../src/testing/index.js';
import { plain } from '../src/text/formatted-text.js';
import { scriptedSource } from './recorded-api.js';

const ANSWER =
  '# Title\n**bold** `code` @name [link](https://example.org/)\n```ts\nconst a = 1;\n```\n> quote with `code`\n';

let emu: TelegramEmulator;
let bot: Bot;
let ann: Person;

beforeEach(async () => {
  emu = await createTelegramEmulator();
  bot = new Bot(emu.token, { client: { apiRoot: emu.apiRoot } });
  ann = emu.user({ first_name: 'Ann' });
  ann.send('hello');
});
afterEach(() => emu.close());

const outlets: [string, (chatId: number) => Outlet][] = [
  ['drafts', (chatId) => draftOutlet(bot.api, { chatId, draftId: 7 })],
  ['edits', (chatId) => editOutlet(bot.api, { chatId, pace: 'private' })],
];

/** Ends the source only after something of it was shown. */
async function play(outlet: Outlet): Promise<StreamedAnswer> {
  const { source, push, end } = scriptedSource();
  const answer = streamAnswer({ source, outlet });
  push(ANSWER);
  await emu.waitFor(() => emu.calls.some(({ method }) => /sendMessageDraft|sendMessage/.test(method)));
  push('the end');
  end();
  return answer;
}

const shown = () => emu.screen(ann).split('the end').length - 1;

describe.each(outlets)('%s', (_, outletOf) => {
  it.each([false, true])('arrive once (auto-retry: %s)', async (retry) => {
    if (retry) bot.api.config.use(autoRetry());
    const result = await play(outletOf(ann.id));
    expect(result).toMatchObject({ delivery: 'delivered', messages: [{ messageId: expect.any(Number) }] });
    expect(shown()).toBe(1);
  });

  it('survive flood answers and failures', async () => {
    emu.rateLimit('sendMessage', 1, 1);
    emu.fail('sendMessageDraft', 500, { times: 1 });
    emu.fail('editMessageText', 502, { times: 1 });
    const result = await play(outletOf(ann.id));
    expect(result.delivery).toBe('delivered');
    expect(shown()).toBe(1);
  });
});

it('a final message that arrived although the connection broke is not doubled', async () => {
  emu.network.drop({ method: 'sendMessage', when: 'answer' });
  const result = await play(draftOutlet(bot.api, { chatId: ann.id, draftId: 7 }));
  expect(result).toMatchObject({ delivery: 'uncertain', messages: [] });
  expect(shown()).toBe(1);
});

it('a long answer arrives in parts that a strict Telegram takes', async () => {
  async function* source() {
    for (let line = 0; line < 400; line++) yield `${line}. **word** \`code\` @name 😀\n`;
  }
  const outlet = draftOutlet(bot.api, { chatId: ann.id, draftId: 7 });
  const result = await streamAnswer({ source: source(), outlet, maxMessages: 100 });
  expect(result.delivery).toBe('delivered');
  expect(result.messages.length).toBeGreaterThan(5);
});

it('the native stop button ends a job whose source hangs, and what exists is sent', async () => {
  const queue = createJobQueue();
  bot.on('message:text', (ctx) => {
    queue.start({
      user: ctx.from.id,
      chat: ctx.chat.id,
      updateId: ctx.update.update_id,
      async run({ draftId, signal }) {
        const { source, push } = scriptedSource();
        push('half an answer');
        const outlet = draftOutlet(ctx.api, { chatId: ctx.chat.id, draftId });
        await streamAnswer({ source, outlet, signal, note: () => plain('Stopped.') });
      },
    });
  });
  bot.on('stopped_message_generation', (ctx) => {
    const { chat, draft_id } = ctx.update.stopped_message_generation;
    queue.findByDraft(chat.id, draft_id)?.stop('user');
  });
  const polling = bot.start();
  await emu.waitFor(() => emu.screen(ann).includes('half an answer'));
  ann.pressStop();
  await emu.waitFor(() => emu.screen(ann).includes('Stopped.'));
  await emu.waitFor(() => queue.running === 0);
  await bot.stop();
  await polling;
});
