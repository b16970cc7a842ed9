// Do the example bots run as programs, with nothing but their environment, on a network of real processes?
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTelegramEmulator, type TelegramEmulator } from '@cocoonkit/bot-kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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
  await ann.sees('[Shorter]');
  await ends(child);
});

/** As a stranger runs it: no more than a token and where Telegram is. */
function run(name: string, env: Record<string, string> = {}): { child: ChildProcess; output: () => string } {
  const file = fileURLToPath(new URL(`../05-telegram-bot/${name}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env['PATH'], BOT_TOKEN: emu.token, BOT_API_ROOT: emu.apiRoot, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  bot = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output += piece));
  return { child, output: () => output };
}

/** Above all process ids that Linux and macOS give. */
const NO_PROCESS = 4_194_304;

describe('with BOT_TOKEN and BOT_API_ROOT alone', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'connections-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('finds the network of `npm run demo -- --hold`, whose file is its user’s alone and goes with it', async () => {
    const demo = spawn(
      process.execPath,
      [fileURLToPath(new URL('../../scripts/demo.mjs', import.meta.url)), '--hold'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    try {
      let said = '';
      for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (piece) => (said += piece));
      emu = await createTelegramEmulator();
      await emu.waitFor(() => {
        if (demo.exitCode !== null) throw new Error(said);
        return said.includes('Press Ctrl-C');
      });
      const networks = new URL('../../node_modules/.cocoonkit/networks/', import.meta.url);
      const file = new URL(`${await newestOf(networks)}`, networks);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ simulated: true });

      const { child, output } = run('minimal');
      await emu.waitFor(() => {
        if (child.exitCode !== null) throw new Error(output());
        return emu.polling();
      });
      expect(output()).toContain('SIMULATED TDX: nothing is protected. Network: the demo at http');
      const ann = emu.user({ first_name: 'Ann', language_code: 'en' });
      ann.sendDocument(new TextEncoder().encode(TEXT.join('\n')), { name: 'a.txt', mime: 'text/plain' });
      await ann.sees('Before we start');
      ann.press('I understand');
      await ann.sees('SIMULATED · nothing here is protected');
      await ends(child);

      const ended = once(demo, 'exit');
      demo.kill('SIGTERM');
      await ended;
      await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
    } finally {
      if (demo.exitCode === null) {
        const ended = once(demo, 'exit');
        demo.kill('SIGTERM');
        await ended;
      }
    }
  });

  it('says what to do when there is no network, and ends', async () => {
    emu = await createTelegramEmulator();
    const { child, output } = run('minimal', { COCOON_CONNECTIONS: folder });
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(output()).toBe(
      'No network to talk to: run `npm run demo -- --hold` in another terminal, or set COCOON_PROXY, COCOON_REGISTRY, COCOON_REGISTRY_KEY, COCOON_ACCOUNT_SEED (see examples/05-telegram-bot/README.md).\n',
    );
  });

  it('takes no file of a demo that was killed, and names what is missing of another network', async () => {
    await writeFile(join(folder, `${NO_PROCESS}.json`), '{"proxy":"http://127.0.0.1:1"}');
    emu = await createTelegramEmulator();
    const stale = run('minimal', { COCOON_CONNECTIONS: folder });
    await once(stale.child, 'close');
    expect(stale.output()).toContain('run `npm run demo -- --hold`');
    const half = run('minimal', { COCOON_CONNECTIONS: folder, COCOON_PROXY: network.proxy });
    await once(half.child, 'close');
    expect(half.output()).toContain('or set COCOON_REGISTRY, COCOON_REGISTRY_KEY, COCOON_ACCOUNT_SEED (');
  });
});

/** Of the demos that run here, the one this test has started last. */
async function newestOf(folder: URL): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const written = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(new URL(name, folder))).mtimeMs })),
  );
  return written.sort((a, b) => b.at - a.at)[0]?.name ?? '';
}
