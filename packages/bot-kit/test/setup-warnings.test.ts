// Does the operator hear, before any user does, what will not work?
import { Bot } from 'grammy';
import { afterEach, expect, test } from 'vitest';
import type { KitEvent } from '../src/events.js';
import { digest } from '../src/features/digest.js';
import { everything } from '../src/features/everything.js';
import { secretary } from '../src/features/secretary.js';
import { privateAI } from '../src/private-ai.js';
import { createTelegramEmulator, type EmulatorOptions, type TelegramEmulator } from '../src/testing/index.js';
import type { BotContext } from './support/open-bot.js';
import { openWriter } from './support/open-model.js';

let emu: TelegramEmulator | undefined;
afterEach(async () => {
  await emu?.close();
  emu = undefined;
});

async function start(me: EmulatorOptions['bot'] = {}) {
  const { cocoon } = await openWriter(() => 'Hello.');
  const telegram = await createTelegramEmulator({ bot: me });
  emu = telegram;
  const bot = new Bot<BotContext>(telegram.token, { client: { apiRoot: telegram.apiRoot } });
  const events: KitEvent[] = [];
  const ai = privateAI<BotContext>({
    cocoon,
    operator: { name: 'Test Ltd', contact: '@test' },
    onEvent: (event) => events.push(event),
  });
  ai.add(...everything(), digest(), secretary());
  bot.use(ai);
  const codes = () => events.flatMap((one) => (one.type === 'setup-warning' ? [one.code] : []));
  return { telegram, bot, ai, codes };
}

test('a bot that is set up right gets no warning', async () => {
  const { bot, ai, codes } = await start({ can_read_all_group_messages: true });
  expect(await ai.setup(bot)).toEqual([]);
  expect(codes()).toEqual([]);
});

test('what is switched off at BotFather, and memory in production', async () => {
  const { bot, ai, codes } = await start({
    supports_guest_queries: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
  });
  const warnings = await ai.setup(bot, { production: true });
  expect(warnings.map(({ code }) => code).sort()).toEqual([
    'BUSINESS_MODE_OFF',
    'GUEST_MODE_OFF',
    'INLINE_MODE_OFF',
    'PRIVACY_MODE_ON',
    'STORAGE_MISSING',
  ]);
  expect(codes()).toEqual(warnings.map(({ code }) => code));
});

test('a webhook that does not ask for everything', async () => {
  const { bot, ai } = await start({ can_read_all_group_messages: true });
  await bot.api.setWebhook('https://bot.example/hook', { allowed_updates: ['message', 'callback_query'] });
  const [warning, ...more] = await ai.setup(bot);
  expect(more).toEqual([]);
  expect(warning).toMatchObject({ code: 'UPDATES_MISSING' });
  expect(warning?.message).toContain('stopped_message_generation, my_chat_member');
  expect(warning?.message).not.toContain('callback_query');
});

test('a bot started without ai.allowedUpdates', async () => {
  const { bot, ai, codes, telegram } = await start({ can_read_all_group_messages: true });
  await ai.setup(bot);
  const running = bot.start({ allowed_updates: ['message'] });
  await telegram.waitFor(() => codes().includes('UPDATES_MISSING'));
  await bot.stop();
  await running;
  expect(codes()).toEqual(['UPDATES_MISSING']);
});

test('a bot that polls while a webhook is set', async () => {
  const { bot, ai, codes } = await start({ can_read_all_group_messages: true });
  await ai.setup(bot);
  await bot.api.setWebhook('https://bot.example/hook');
  await expect(bot.api.getUpdates({ timeout: 0 })).rejects.toThrow('409');
  await expect(bot.api.getUpdates({ timeout: 0 })).rejects.toThrow('409');
  expect(codes()).toEqual(['WEBHOOK_SET']);
});
