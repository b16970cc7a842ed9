// Do Stars move as Telegram moves them? Question first, ten seconds, payment, refund, subscription.
import { Bot } from 'grammy';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTelegramEmulator, type Person, type TelegramEmulator } from './index.js';

let emu: TelegramEmulator;
let bot: Bot;
let ann: Person;
const paid: string[] = [];
const states: string[] = [];
let hold: Promise<void> | undefined;
let checkoutFailure: unknown;

beforeEach(async () => {
  emu = await createTelegramEmulator();
  bot = new Bot(emu.token, { client: { apiRoot: emu.apiRoot } });
  paid.length = 0;
  states.length = 0;
  hold = undefined;
  checkoutFailure = undefined;
  bot.command('buy', (ctx) =>
    ctx.replyWithInvoice('Fifty', 'About 40 summaries', `pack:${ctx.match}`, 'XTR', [
      { label: 'Stars', amount: 50 },
    ]),
  );
  bot.on('pre_checkout_query', async (ctx) => {
    await hold;
    try {
      if (ctx.preCheckoutQuery.invoice_payload === 'pack:none')
        await ctx.answerPreCheckoutQuery(false, 'Sold out');
      else await ctx.answerPreCheckoutQuery(true);
    } catch (error) {
      checkoutFailure = error;
    }
  });
  bot.on(
    'message:successful_payment',
    (ctx) => void paid.push(ctx.msg.successful_payment.telegram_payment_charge_id),
  );
  bot.on('subscription', (ctx) => {
    const { state, invoice_payload } = ctx.update.subscription;
    states.push(`${state} ${invoice_payload}`);
  });
  let failure: unknown;
  bot.start().catch((error: unknown) => {
    failure = error;
  });
  await emu.waitFor(() => {
    if (failure !== undefined) throw failure;
    return emu.polling();
  });
  ann = emu.user({ first_name: 'Ann' });
});
afterEach(async () => {
  await bot.stop();
  await emu.close();
});

it('pays, tells the bot, and refunds once', async () => {
  ann.send('/buy 1');
  await ann.sees('[Pay 50 ⭐]');
  const message = await ann.pay().done();
  await emu.settled();
  const charge = message.successful_payment?.telegram_payment_charge_id ?? '';
  expect(paid).toEqual([charge]);
  await expect(bot.api.getMyStarBalance()).resolves.toEqual({ amount: 50 });
  await expect(bot.api.refundStarPayment(ann.id + 1, charge)).rejects.toThrow('CHARGE_NOT_FOUND');
  await bot.api.refundStarPayment(ann.id, charge);
  await expect(bot.api.refundStarPayment(ann.id, charge)).rejects.toThrow('CHARGE_ALREADY_REFUNDED');
  await expect(bot.api.getMyStarBalance()).resolves.toEqual({ amount: 0 });
  expect((await bot.api.getStarTransactions()).transactions.map(({ id, amount }) => [id, amount])).toEqual([
    [charge, 50],
    [charge, 50],
  ]);
  expect(ann.screen()).toBe(
    [
      'You: /buy 1',
      'Bot: 🧾 Fifty: 50 ⭐',
      '  [Pay 50 ⭐]',
      'You: ✅ paid 50 ⭐',
      'Bot: ↺ refunded 50 ⭐',
    ].join('\n'),
  );
});

it('moves nothing when the bot refuses', async () => {
  ann.send('/buy none');
  await ann.sees('[Pay 50 ⭐]');
  const paying = ann.pay();
  expect(await paying.checkout()).toEqual({ ok: false, error: 'Sold out' });
  await expect(paying.done()).rejects.toThrow('The bot refused the payment: Sold out');
  await expect(bot.api.getMyStarBalance()).resolves.toEqual({ amount: 0 });
});

it('moves nothing when the bot takes longer than ten seconds', async () => {
  let release: () => void = () => undefined;
  hold = new Promise((resolve) => {
    release = resolve;
  });
  ann.send('/buy 1');
  await ann.sees('[Pay 50 ⭐]');
  ann.pay();
  emu.clock.tick(10_001);
  release();
  await emu.waitFor(() => checkoutFailure);
  expect(checkoutFailure).toMatchObject({
    description: 'Bad Request: query is too old and response timeout expired or query ID is invalid',
  });
  await expect(bot.api.getMyStarBalance()).resolves.toEqual({ amount: 0 });
});

it('subscribes by link, renews without a question, and says when it is canceled', async () => {
  const link = await bot.api.createInvoiceLink(
    'Monthly',
    'All you can ask',
    'plan',
    '',
    'XTR',
    [{ label: 'Month', amount: 200 }],
    { subscription_period: 2_592_000 },
  );
  const first = await ann.pay(link).done();
  expect(first.successful_payment).toMatchObject({ is_recurring: true, is_first_recurring: true });
  const renewed = ann.renew(link);
  expect(renewed.successful_payment).not.toHaveProperty('is_first_recurring');
  ann.subscription(link, 'canceled');
  await emu.settled();
  expect([paid.length, states]).toEqual([2, ['canceled plan']]);
  await expect(bot.api.getMyStarBalance()).resolves.toEqual({ amount: 400 });
});
