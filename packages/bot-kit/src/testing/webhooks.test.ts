// Does a bot behind a webhook get its updates? In order for each chat, with the secret, again after failures.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Bot, webhookCallback } from 'grammy';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTelegramEmulator, type TelegramEmulator } from './index.js';

let emu: TelegramEmulator;
let bot: Bot;
let server: Server;
let failures = 0;
const secrets: unknown[] = [];

beforeEach(async () => {
  emu = await createTelegramEmulator();
  bot = new Bot(emu.token, { client: { apiRoot: emu.apiRoot } });
  failures = 0;
  secrets.length = 0;
  const handle = webhookCallback(bot, 'http');
  server = createServer((request, response) => {
    secrets.push(request.headers['x-telegram-bot-api-secret-token']);
    if (failures > 0) {
      failures--;
      request.resume();
      response.writeHead(500).end();
    } else void handle(request, response);
  });
  // No connection may close for being idle: that would be one more failed delivery.
  server.keepAliveTimeout = 3_600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  await emu.close();
  server.close();
  server.closeAllConnections();
});

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;

it('pushes in order with the secret, and again until it is taken', async () => {
  bot.on('message:text', (ctx) => ctx.reply(`got ${ctx.msg.text}`));
  await bot.api.setWebhook(address(), { secret_token: 'a-secret' });
  failures = 2;
  const ann = emu.user({ first_name: 'Ann' });
  for (const text of ['1', '2', '3']) ann.send(text);
  await emu.settled();
  expect(
    ann
      .screen()
      .split('\n')
      .filter((line) => line.startsWith('Bot')),
  ).toEqual(['Bot: got 1', 'Bot: got 2', 'Bot: got 3']);
  expect(secrets).toEqual(Array(5).fill('a-secret'));
  await expect(bot.api.getWebhookInfo()).resolves.toMatchObject({
    url: address(),
    pending_update_count: 0,
    last_error_message: 'Wrong response from the webhook: 500 Internal Server Error',
  });
});

it('excludes polling while it is set', async () => {
  await bot.api.setWebhook(address());
  await expect(bot.api.getUpdates()).rejects.toMatchObject({
    error_code: 409,
    description:
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  });
  await bot.api.deleteWebhook();
  await expect(bot.api.getUpdates()).resolves.toEqual([]);
});

it('takes a call in the answer of the webhook', async () => {
  const replying = new Bot(emu.token, {
    client: { apiRoot: emu.apiRoot, canUseWebhookReply: (method) => method === 'sendMessage' },
  });
  replying.on('message:text', (ctx) => ctx.reply('in the answer'));
  const handle = webhookCallback(replying, 'http');
  server.removeAllListeners('request');
  server.on('request', (request, response) => void handle(request, response));
  await bot.api.setWebhook(address());
  const ann = emu.user({ first_name: 'Ann' });
  ann.send('hi');
  await ann.sees('Bot: in the answer');
});
