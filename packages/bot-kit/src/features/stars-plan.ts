// How does a person pay for more than a day gives? In Telegram Stars: an invoice, a question before, credit after, and the Stars back when it failed.
import { CocoonError } from '@cocoonkit/sdk';
import type { SuccessfulPayment } from 'grammy/types';
import type { AIContext, Feature } from '../feature.js';
import type { Job } from '../jobs/job.js';
import { PAYMENTS_KEPT_MS } from '../kit/credits.js';
import type { Kit } from '../kit/kit.js';
import { refundPayment } from './refund-payment.js';

export interface StarsPlanOptions {
  /** Stars: a whole number from 1 to 100,000. */
  readonly price: number;
  /** Tokens (prompt and answer) it buys. */
  readonly tokens: number;
  /** On the invoice: 1 to 32 characters. */
  readonly title?: string | undefined;
  /** On the invoice: 1 to 255 characters. */
  readonly description?: string | undefined;
}

/** People whose refused question waits for their payment; the oldest are dropped. */
const MOST_WAITING = 1_000;
/** Payments named by /paysupport. */
const SHOWN_PAYMENTS = 5;
const PAYLOAD = /^p1:stars:(\d{1,6}):(\d{1,15})$/;

/**
 * /buy, /balance and /paysupport (which Telegram asks for). What was bought is used when the day's limit is gone.
 * Rules: core.telegram.org/bots/payments-stars
 * @throws CocoonError `OPTIONS_INVALID`
 */
export function starsPlan<C extends AIContext = AIContext>(options: StarsPlanOptions): Feature<C> {
  check(options);
  const { price, tokens } = options;
  const payload = `p1:stars:${price}:${tokens}`;
  const waiting = new Map<number, () => Promise<Job | undefined>>();

  const sendInvoice = async (kit: Kit<C>, ctx: C) => {
    const say = await kit.say(ctx);
    const title = options.title ?? say('stars.title', { tokens: tokens }).slice(0, 32);
    const description = options.description ?? say('stars.description').slice(0, 255);
    await ctx.replyWithInvoice(title, description, payload, 'XTR', [
      { label: say('stars.label'), amount: price },
    ]);
  };

  return {
    name: 'stars-plan',
    about: 'stars.about',
    updates: ['pre_checkout_query'],
    commands: [
      { command: 'buy', description: 'stars.command.buy' },
      { command: 'balance', description: 'stars.command.balance' },
      { command: 'paysupport', description: 'stars.command.support' },
    ],
    keeps: [{ what: 'stars.kept', milliseconds: PAYMENTS_KEPT_MS }],
    install(kit) {
      kit.command('buy', async (ctx) => {
        if (ctx.chat?.type !== 'private') throw privateOnly();
        return sendInvoice(kit, ctx);
      });
      kit.command('balance', async (ctx) => {
        const user = ctx.from?.id ?? 0;
        const say = await kit.say(ctx);
        const [free, paid] = [await kit.budget.left(user), await kit.credits.left(user)];
        const limit = kit.settings.limits.tokensPerDay;
        await ctx.reply(say('stars.balance', { free, limit, paid }));
      });
      // Not behind `guard`: whoever has paid gets help, with access or without.
      kit.routes.chatType('private').command('paysupport', async (ctx) => {
        const say = await kit.say(ctx);
        const payments = (await kit.credits.payments(ctx.from.id)).slice(-SHOWN_PAYMENTS);
        const lines = payments.map(({ charge, stars, tokens: bought, at, refunded }) => {
          const date = new Date(at).toISOString().slice(0, 10);
          const line = say('stars.charge', { date, stars, tokens: bought, charge });
          return refunded === true ? `${line} (${say('stars.refunded')})` : line;
        });
        const contact = kit.settings.operator?.contact ?? '';
        await ctx.reply([say('stars.support', { contact }), ...lines].join('\n'), {
          link_preview_options: { is_disabled: true },
        });
      });
      kit.offerMore(async (ctx, ask) => {
        const user = ctx.from?.id;
        if (user === undefined || ctx.chat?.type !== 'private') return;
        waiting.delete(user);
        waiting.set(user, ask);
        const [oldest] = waiting.keys();
        if (waiting.size > MOST_WAITING && oldest !== undefined) waiting.delete(oldest);
        await ctx.reply((await kit.say(ctx))('stars.waiting'));
        await sendInvoice(kit, ctx);
      });
      // Telegram waits ten seconds for this, so nothing stands before it: no queue, no model.
      kit.routes.on('pre_checkout_query', async (ctx, next) => {
        const { invoice_payload, currency, total_amount } = ctx.preCheckoutQuery;
        if (!invoice_payload.startsWith('p1:stars:')) return next();
        const say = await kit.say(ctx);
        if (invoice_payload !== payload || currency !== 'XTR' || total_amount !== price)
          return ctx.answerPreCheckoutQuery(false, say('stars.changed'));
        if (!(await kit.allowed(ctx).catch(() => false)))
          return ctx.answerPreCheckoutQuery(false, say('stars.notAllowed'));
        return ctx.answerPreCheckoutQuery(true);
      });
      kit.routes.on('message:successful_payment', async (ctx, next) => {
        const paid = ctx.message.successful_payment;
        const bought = tokensOf(paid);
        if (bought === undefined) return next();
        const user = ctx.from.id;
        const charge = paid.telegram_payment_charge_id;
        const stars = paid.total_amount;
        const payment = { charge, stars, tokens: bought, at: kit.clock.now() };
        // Telegram may deliver an update twice; a charge is credited once.
        if (!(await kit.credits.add(user, payment))) return undefined;
        const left = await kit.credits.left(user);
        await ctx.reply((await kit.say(ctx))('stars.thanks', { paid: left })).catch(() => undefined);
        const ask = waiting.get(user);
        waiting.delete(user);
        // Apart from this handler: the answer takes as long as it takes.
        if (ask !== undefined) void answerPaid(kit, ctx, { ask, user, charge, stars }).catch(() => undefined);
        return undefined;
      });
      // Also when the operator gave the Stars back by other means.
      kit.routes.on('message:refunded_payment', async (ctx, next) => {
        const { invoice_payload, telegram_payment_charge_id } = ctx.message.refunded_payment;
        if (!PAYLOAD.test(invoice_payload)) return next();
        return kit.credits.takeBack(ctx.chat.id, telegram_payment_charge_id);
      });
    },
  };
}

interface PaidAnswer {
  readonly ask: () => Promise<Job | undefined>;
  readonly user: number;
  readonly charge: string;
  readonly stars: number;
}

/** Asks what was refused before the payment; the Stars go back when it fails. */
async function answerPaid<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  { ask, user, charge, stars }: PaidAnswer,
): Promise<void> {
  const job = await ask();
  await job?.finished;
  // Stopped by the person or by a restart: what was paid for is still theirs.
  const failed = job === undefined || job.state === 'failed' || job.stopReason === 'timeout';
  if (!failed) return;
  const refunded = await refundPayment({ api: ctx.api, kit, user, charge });
  const say = await kit.say(ctx);
  await ctx.reply(refunded ? say('stars.failed', { stars }) : say('stars.stuck')).catch(() => undefined);
}

/** What the invoice promised when it was made, whatever the plan is today. */
function tokensOf({ currency, total_amount, invoice_payload }: SuccessfulPayment): number | undefined {
  const [, price, tokens] = PAYLOAD.exec(invoice_payload) ?? [];
  if (price === undefined || currency !== 'XTR' || Number(price) !== total_amount) return undefined;
  return Number(tokens);
}

function check({ price, tokens, title, description }: StarsPlanOptions): void {
  if (!Number.isSafeInteger(price) || price < 1 || price > 100_000)
    throw invalid('price', 'a whole number of Stars from 1 to 100,000');
  if (!Number.isSafeInteger(tokens) || tokens < 1 || tokens >= 1e15)
    throw invalid('tokens', 'a whole number above 0');
  if (title !== undefined && (title.length < 1 || title.length > 32))
    throw invalid('title', '1 to 32 characters');
  if (description !== undefined && (description.length < 1 || description.length > 255))
    throw invalid('description', '1 to 255 characters');
}

function invalid(field: string, expected: string): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'OPTIONS_INVALID',
    message: `starsPlan(): \`${field}\` must be ${expected}.`,
    remedy: 'Correct the option.',
    details: { field },
  });
}

function privateOnly(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'PRIVATE_CHAT_ONLY',
    message: 'Invoices are sent in private chats only.',
    remedy: 'Write to the bot itself.',
  });
}
