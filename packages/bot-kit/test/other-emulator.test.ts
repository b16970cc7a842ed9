// Does the same bot work on somebody else's idea of Telegram? On telegram-test-api, as far as that can serve it.
//
// It knows getMe, getUpdates, sendMessage, editMessageText, editMessageReplyMarkup, answerCallbackQuery, deleteMessage
// and webhooks. Not served there, and so not tested here: commands, drafts (the kit falls back to edits), typing,
// files and voice (a document is refused in plain words), groups' rights, inline, guest, business, Stars. It takes
// texts and entities that Telegram refuses, and its refusals have no code.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Bot } from 'grammy';
import { TelegramServer } from 'telegram-test-api/lib/telegramServer.js';
import { afterEach, expect, test, vi } from 'vitest';
import { everything } from '../src/features/everything.js';
import { privateAI } from '../src/private-ai.js';
import type { BotContext } from './support/open-bot.js';
import { type Asked, openWriter } from './support/open-model.js';

const TOKEN = '666:other-emulator';
let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

/** Its web application on a port of ours: its own `start()` cannot take whatever port is free. */
async function listen(telegram: TelegramServer): Promise<{ server: Server; url: string }> {
  const listener: RequestListener = Reflect.get(telegram, 'webServer');
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Listening on an address and a port, never on a pipe.
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}` };
}

interface Shown {
  readonly text: string;
  readonly buttons: ReadonlyMap<string, string>;
}

async function start(script: (asked: Asked) => string | string[]) {
  const { cocoon, asked } = await openWriter(script);
  const telegram = new TelegramServer({ host: '127.0.0.1' });
  const { server, url } = await listen(telegram);
  telegram.config.apiURL = url;
  const bot = new Bot<BotContext>(TOKEN, { client: { apiRoot: url } });
  const errors: unknown[] = [];
  const ai = privateAI<BotContext>({
    cocoon,
    operator: { name: 'Test Ltd', contact: '@test' },
    consent: false,
  });
  ai.add(...everything());
  bot.use(ai);
  bot.catch(({ error }) => void errors.push(error));
  // It answers at once where Telegram waits for news.
  bot.api.config.use(async (prev, method, payload, signal) => {
    if (method === 'getUpdates') await sleep(20);
    return prev(method, payload, signal);
  });
  const polling = bot.start({ allowed_updates: ai.allowedUpdates });
  close = async () => {
    await ai.stop();
    await bot.stop();
    await polling;
    server.close();
    server.closeAllConnections();
  };
  const ann = telegram.getClient(TOKEN, { userId: 7, chatId: 7, firstName: 'Ann', userName: 'ann' });
  const shown = (): Shown[] =>
    telegram.storage.botMessages.map(({ message }) => {
      const { text } = message;
      const markup: unknown = Reflect.get(message, 'reply_markup');
      return { text, buttons: buttonsOf(markup) };
    });
  const sees = async (what: string | RegExp) =>
    vi.waitFor(
      () => {
        const found = shown().findLast(({ text }) =>
          typeof what === 'string' ? text.includes(what) : what.test(text),
        );
        expect(found, `${what} among ${JSON.stringify(shown())}`).toBeDefined();
        return found;
      },
      { timeout: 60_000 },
    );
  return { ann, telegram, shown, sees, asked, errors };
}

function buttonsOf(markup: unknown): ReadonlyMap<string, string> {
  const given: unknown = typeof markup === 'string' ? JSON.parse(markup) : markup;
  const rows = given as { inline_keyboard?: { text: string; callback_data?: string }[][] } | undefined;
  return new Map(
    (rows?.inline_keyboard ?? []).flat().map(({ text, callback_data = '' }) => [text, callback_data]),
  );
}

test('chat: an answer with its badge, and buttons that work', async () => {
  const { ann, sees, shown, asked, errors } = await start(({ index, user }) => [
    `answer ${index} `,
    `to ${user}`,
  ]);
  await ann.sendMessage(ann.makeMessage('hello'));
  await sees(/answer 0 to hello[\s\S]*SIMULATED/);
  await vi.waitFor(() => expect(shown().at(-1)?.buttons.has('Shorter')).toBe(true), { timeout: 60_000 });
  expect(shown().some(({ text }) => text.includes('Thinking…'))).toBe(false);
  const data = shown().at(-1)?.buttons.get('Shorter') ?? '';
  await ann.sendCallback(ann.makeCallbackQuery(data) as Parameters<typeof ann.sendCallback>[0]);
  await sees('answer 1 to hello');
  expect(asked[1]?.system).toContain('two or three sentences');
  expect(errors).toEqual([]);
});

test('commands, a long paste as a document, and a file it cannot hand out: in plain words', async () => {
  const { ann, sees, asked, errors } = await start(({ user }) =>
    user.includes('lease') ? 'It is about **a lease**.' : 'Something else.',
  );
  await ann.sendCommand(ann.makeCommand('/privacy'));
  await sees('What happens to what you send');
  await ann.sendMessage(ann.makeMessage('The lease of the flat ends in May. '.repeat(60)));
  await sees(/It is about a lease\.[\s\S]*SIMULATED/);
  const before = asked.length;
  const document = { file_id: 'f', file_unique_id: 'u', file_name: 'Lease.pdf', file_size: 100 };
  await ann.sendMessage(ann.makeMessage('', { document } as Parameters<typeof ann.makeMessage>[1]));
  await sees('Telegram did not give me the file. Send it again.');
  expect(asked).toHaveLength(before);
  expect(errors).toEqual([]);
});
