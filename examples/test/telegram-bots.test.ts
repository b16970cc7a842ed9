// Do the example bots run as programs, with nothing but their environment, on a network of real processes?
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createTelegramEmulator, type TelegramEmulator } from '@cocoonkit/bot-kit/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startWholeNetwork, type WholeNetwork } from './support/whole-network.js';

let network: WholeNetwork;
let emu: TelegramEmulator;
let bot: ChildProcess | undefined;
beforeAll(async () => {
  network = await startWholeNetwork();
});
afterAll(() => network.stop());
afterEach(async () => {
  if (bot?.exitCode === null) {
    bot.kill('SIGKILL');
    await once(bot, 'exit');
  }
  await emu.close();
});

async function start(name: string, env: Record<string, string> = {}) {
  emu = await createTelegramEmulator();
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL(`../05-telegram-bot/${name}.mjs`, import.meta.url))],
    {
      env: {
        PATH: process.env['PATH'],
        BOT_TOKEN: emu.token,
        BOT_API_ROOT: emu.apiRoot,
        COCOON_PROXY: network.proxy,
        COCOON_REGISTRY: network.parts.registry,
        COCOON_REGISTRY_KEY: network.parts.registryKey,
        COCOON_ACCOUNT_SEED: network.accountSeed,
        COCOON_SIMULATED: '1',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  bot = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output += piece));
  await emu.waitFor(() => {
    if (child.exitCode !== null) throw new Error(output);
    return emu.polling();
  });
  return { ann: emu.user({ first_name: 'Ann', language_code: 'en' }), child, output: () => output };
}

const TEXT = Array.from(
  { length: 40 },
  (_, i) => `Clause ${i} says that the rent of flat ${i} is due on day ${i}.`,
);

async function ends(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect((await exit)[0]).toBe(0);
}

it.each(['minimal', 'everything'])('%s summarises a document and ends when told to', async (name) => {
  const { ann, child, output } = await start(name);
  ann.sendDocument(new TextEncoder().encode(TEXT.join('\n')), {
    name: 'secret-name.txt',
    mime: 'text/plain',
  });
  await ann.sees('Before we start');
  ann.press('I understand');
  await ann.sees('[Ask about it]');
  expect(ann.screen()).toContain('SIMULATED · nothing here is protected');
  await ends(child);
  expect(output()).not.toMatch(/secret-name|Clause/);
});

it('existing-bot keeps its session, menu and conversation, and summarises besides', async () => {
  const { ann, child } = await start('existing-bot');
  ann.send('/shop');
  await ann.sees('[Order]');
  ann.press('Order');
  await ann.sees('What would you like to order?');
  ann.send('two lemons');
  await ann.sees('Ordered: two lemons');
  ann.press('My orders');
  await ann.sees('You have 1 orders.');
  ann.sendDocument(new TextEncoder().encode(TEXT.join('\n')), { name: 'a.txt', mime: 'text/plain' });
  await ann.sees('Before we start');
  ann.press('I understand');
  await ann.sees('[Short]');
  await ends(child);
});

it('a bot without its environment says what is missing', async () => {
  emu = await createTelegramEmulator();
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../05-telegram-bot/minimal.mjs', import.meta.url))],
    {
      env: { PATH: process.env['PATH'], BOT_TOKEN: emu.token, BOT_API_ROOT: emu.apiRoot },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  bot = child;
  let output = '';
  child.stderr.on('data', (piece) => (output += piece));
  const [code] = await once(child, 'exit');
  expect(code).not.toBe(0);
  expect(output).toContain('Set COCOON_REGISTRY: see examples/05-telegram-bot/README.md');
});
