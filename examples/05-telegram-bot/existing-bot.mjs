// A bot that was there before: session, menu and a conversation of its own. One private feature is added, nothing else changes.
import { privateAI, safeErrors, summaries } from '@cocoonkit/bot-kit';
import { conversations, createConversation } from '@grammyjs/conversations';
import { Menu } from '@grammyjs/menu';
import { Bot, session } from 'grammy';
import { cocoonFromEnvironment } from './cocoon-from-environment.mjs';

const { BOT_TOKEN, BOT_API_ROOT } = process.env;
const bot = new Bot(BOT_TOKEN, { client: { apiRoot: BOT_API_ROOT ?? 'https://api.telegram.org' } });

bot.use(session({ initial: () => ({ orders: 0 }) }));
bot.use(conversations());
bot.use(
  createConversation(async (conversation, ctx) => {
    await ctx.reply('What would you like to order?');
    const { message } = await conversation.waitFor('message:text');
    await conversation.external((outer) => void outer.session.orders++);
    await ctx.reply(`Ordered: ${message.text}`);
  }, 'order'),
);
const menu = new Menu('shop')
  .text('Order', (ctx) => ctx.conversation.enter('order'))
  .text('My orders', (ctx) => ctx.reply(`You have ${ctx.session.orders} orders.`));
bot.use(menu);

// The addition: documents people send are summarised privately.
const ai = privateAI({ cocoon: await cocoonFromEnvironment(), operator: { name: 'Shop', contact: '@shop' } });
bot.use(ai.add(summaries()));

bot.command('shop', (ctx) => ctx.reply('Welcome to the shop.', { reply_markup: menu }));
bot.on('message', (ctx) => ctx.reply('Send /shop, or a document to summarise.'));

safeErrors(bot);
await ai.setup(bot);
process.once('SIGTERM', async () => {
  await ai.stop();
  await bot.stop();
});
await bot.start({ allowed_updates: ai.allowedUpdates });
