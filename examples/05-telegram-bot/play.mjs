// A conversation with a real bot, played against a strict emulator of Telegram. Nothing in it is canned: the bot is `everything.mjs`'s
// kit, its text goes sealed through an in-memory network, and the extractive engine of the worker answers. SIMULATED TDX.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { everything, privateAI, safeErrors } from '@cocoonkit/bot-kit';
import { createTelegramEmulator } from '@cocoonkit/bot-kit/testing';
import { accountFromSeed, createCocoon } from '@cocoonkit/sdk';
import { createMemoryNetwork } from '@cocoonkit/sdk/testing';
import { createExtractiveEngine } from '@cocoonkit/worker/engines';
import { Bot } from 'grammy';
import { LEASE } from './lease.mjs';
import { writePdf } from './write-pdf.mjs';
import { zipBomb } from './zip-bomb.mjs';

const { values: options } = parseArgs({ options: { html: { type: 'string' } } });

const engine = createExtractiveEngine();
async function* answer(request) {
  const job = { operation: 'chat.completions', request, maxOutputTokens: 10_000 };
  for await (const event of engine.run(job, { signal: new AbortController().signal }))
    if (event.type === 'chunk') yield JSON.parse(event.json);
}
const network = await createMemoryNetwork({
  workers: [1, 2, 3].map(() => ({
    claims: {
      model: engine.card.model,
      engine: engine.card.engine,
      features: [...engine.card.features],
      maxContext: engine.card.maxContext,
    },
    model: (request) => ({ chunks: answer(request) }),
  })),
});
const account = await accountFromSeed(new Uint8Array(32).fill(1));
network.credit(account.id, 1_000_000_000n);
const { url: proxy, registry, beacons, anchor, fetch, now } = network;
const cocoon = createCocoon({ proxy, network: { registry, beacons }, account, anchor, fetch, now });

const telegram = await createTelegramEmulator({
  bot: { first_name: 'Private reader', username: 'private_reader_bot' },
});
const bot = new Bot(telegram.token, { client: { apiRoot: telegram.apiRoot } });
const ai = privateAI({ cocoon, operator: { name: 'Example', contact: '@example' } });
bot.use(ai.add(...everything()));
safeErrors(bot);
await ai.setup(bot);
const polling = bot.start({ allowed_updates: ai.allowedUpdates });
await telegram.waitFor(() => telegram.polling());

const ann = telegram.user({ first_name: 'Ann', language_code: 'en' });
let turns = 0;
async function turn(what, act, shown) {
  await act();
  await ann.sees(shown);
  await telegram.settled();
  // An answer is on the screen before it is finished: its buttons come last.
  await telegram.waitFor(() => ai.jobs.running + ai.jobs.waiting === 0);
  turns++;
  process.stdout.write(`  ${String(turns).padStart(2)}. ${what}\n`);
}

process.stdout.write(
  'SIMULATED TDX, emulated Telegram, model cocoonkit/extractive (not a language model)\n\n',
);
await turn('start', () => ann.start(), 'Before we start');
await turn('consent', () => ann.press('I understand'), 'Send me something');
const pdf = { name: 'Lease.pdf', mime: 'application/pdf' };
await turn(
  'a PDF of 30 pages',
  () => ann.sendDocument(writePdf(LEASE), pdf),
  'How long should the summary be?',
);
await turn('its summary, with pages', () => ann.press('Short'), 'These are sentences of the text itself');
await turn('ask about it', () => ann.press('Ask about it'), 'Asking: Lease.pdf');
await turn(
  'a question, answered by a quotation',
  () => ann.send('When is the deposit returned?'),
  '“The deposit is returned',
);
await turn('the passage', () => ann.press('Show passage'), /: p\. 7$/m);
await turn(
  'something the document does not say',
  () => ann.send('volcano eruption temperature'),
  'The document does not say.',
);
await turn('close', () => ann.press('Close'), 'I have forgotten it.');
await turn('stop, with nothing running', () => ann.send('/stop'), 'I am not working on anything.');
await turn(
  'a file that is too big',
  () => ann.sendDocument(new Uint8Array(1), { name: 'film.pdf', size: 24 * 1024 * 1024 }),
  '24 MB. Telegram lets bots open',
);
await turn(
  'a zip bomb',
  () => ann.sendDocument(zipBomb(), { name: 'report.docx' }),
  'unpacks to far more than it should',
);
await turn(
  'a task this model cannot do',
  () => ann.send('/write a poem'),
  'The model this bot uses cannot do that.',
);
await turn('who could read it', () => ann.send('/verify'), 'Evidence file');
await turn('the evidence, to check again', () => ann.press('Evidence file'), /evidence-.*\.json/);
await turn('what is kept', () => ann.send('/privacy'), 'What is kept, and for how long');
await network.restartProxy({ variant: 'unknown-build' });
await turn(
  'a server that cannot be confirmed',
  () => ann.send(LEASE.flat().join(' ').slice(0, 1_600).padEnd(1_600, '.')),
  'I sent nothing',
);
await network.restartProxy();
await turn('forget me', () => ann.send('/forget'), 'This cannot be undone');
await turn('yes', () => ann.press('Yes, delete'), /Deleted: \d+ records/);
const old = await ann.press('Short').answer();
if (!old.text?.includes('too old')) throw new Error('An old button was not refused.');
turns++;
process.stdout.write(`  ${turns}. an old button: “${old.text}”\n`);

process.stdout.write(`\n${ann.screen()}\n`);
if (options.html !== undefined) {
  await writeFile(options.html, telegram.html(ann));
  process.stdout.write(`\nPage: ${options.html}\n`);
}
process.stdout.write(
  `\n${turns} turns played; ${network.charges.length} bills, each checked by the client.\n`,
);
await ai.stop();
await bot.stop();
await polling;
await telegram.close();
cocoon.close();
process.exit(0);
