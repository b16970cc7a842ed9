// A bot that summarises documents and answers questions about them, privately.
import { everything, privateAI, safeErrors } from '@cocoonkit/bot-kit';
import { Bot } from 'grammy';
import { cocoonFromEnvironment } from './cocoon-from-environment.mjs';

const { BOT_TOKEN, BOT_API_ROOT } = process.env;
const bot = new Bot(BOT_TOKEN, { client: { apiRoot: BOT_API_ROOT ?? 'https://api.telegram.org' } });
const operator = { name: 'Example', contact: '@example' };
const ai = privateAI({ cocoon: await cocoonFromEnvironment(), operator });
bot.use(ai.add(...everything()));
safeErrors(bot);
await ai.setup(bot);
process.once('SIGTERM', () => ai.stop().then(() => bot.stop()));
await bot.start({ allowed_updates: ai.allowedUpdates });
