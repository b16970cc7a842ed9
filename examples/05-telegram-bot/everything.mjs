// A bot with all of it: encrypted storage, limits, its own words, numbers for its operator, and an orderly end.
import { digest, everything, privateAI, safeErrors, secretary, starsPlan } from '@cocoonkit/bot-kit';
import { autoRetry } from '@grammyjs/auto-retry';
import { Bot } from 'grammy';
import { cocoonFromEnvironment } from './cocoon-from-environment.mjs';
import { fileStorage } from './file-storage.mjs';

const { BOT_TOKEN, BOT_API_ROOT, BOT_DATA = './bot-data', BOT_STORAGE_KEY } = process.env;
const bot = new Bot(BOT_TOKEN, { client: { apiRoot: BOT_API_ROOT ?? 'https://api.telegram.org' } });
bot.api.config.use(autoRetry());

const ai = privateAI({
  cocoon: await cocoonFromEnvironment(),
  operator: { name: 'Example', contact: '@example' },
  // Without a key nothing is written to disk, and a restart forgets everything.
  ...(BOT_STORAGE_KEY === undefined
    ? {}
    : {
        storage: {
          adapter: fileStorage(`${BOT_DATA}/records`),
          salts: fileStorage(`${BOT_DATA}/salts`),
          keys: [{ id: 'k1', key: new Uint8Array(Buffer.from(BOT_STORAGE_KEY, 'hex')) }],
        },
      }),
  limits: { tokensPerDay: 200_000, jobsPerProcess: 16 },
  texts: { en: { 'start.ready': 'Good. Send me a document, a link or a long text.' } },
  // Numbers and codes; there is nothing of any person in them.
  onEvent: (event) =>
    process.stderr.write(
      `${JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? String(value) : value))}\n`,
    ),
});
// Business chats first: `chat()` in `everything()` would take what is said there for a question to the bot.
ai.add(secretary(), ...everything(), digest(), starsPlan({ price: 50, tokens: 200_000 }));

bot.use(ai);
safeErrors(bot);
await ai.setup(bot);
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    await ai.stop();
    await bot.stop();
  });
await bot.start({ allowed_updates: ai.allowedUpdates });
