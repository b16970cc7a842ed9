// sendInvoice, answerPreCheckoutQuery, refundStarPayment: charging people in Telegram Stars.
// Rules: core.telegram.org/bots/payments-stars and core.telegram.org/bots/api#sendinvoice.
import { badRequest } from '../api/api-failure.js';
import { isRecord, type Params } from '../api/params.js';
import type { CheckoutAnswer } from '../state/pending-queries.js';
import { shownChat } from '../state/shown-chat.js';
import type { NewInvoice, Payment } from '../state/star-ledger.js';
import type { World } from '../state/world.js';
import { byteLength } from '../text/raw-text.js';
import type { Handler } from './handler.js';
import { addEntry, post, readTarget, userOf } from './post.js';

/** 30 days, the only period there is. */
export const SUBSCRIPTION_SECONDS = 2_592_000;

export const sendInvoice: Handler = (world, params) => {
  const invoice = readInvoice(params);
  const target = readTarget(world, params, { invoice: true });
  const pay = { text: `Pay ${invoice.amount} ⭐`, pay: true };
  const message = post(world, params, target, {
    invoice: {
      title: invoice.title,
      description: invoice.description,
      start_parameter: params.str('start_parameter') ?? '',
      currency: 'XTR',
      total_amount: invoice.amount,
    },
    ...(target.markup === undefined ? { reply_markup: { inline_keyboard: [[pay]] } } : {}),
  });
  world.stars.invoices.set(`${message.chat.id}:${message.message_id}`, invoice);
  return message;
};

export const createInvoiceLink: Handler = (world, params) => {
  const period = params.int('subscription_period');
  if (period !== undefined && period !== SUBSCRIPTION_SECONDS)
    throw badRequest('SUBSCRIPTION_PERIOD_INVALID');
  const link = `https://t.me/$emulated-${world.nextId()}`;
  world.stars.invoices.set(link, { ...readInvoice(params), subscription: period !== undefined });
  return link;
};

function readInvoice(params: Params): NewInvoice {
  const title = params.str('title') ?? '';
  const description = params.str('description') ?? '';
  const payload = params.str('payload') ?? '';
  if (title.length < 1 || title.length > 32) throw badRequest('INVOICE_TITLE_INVALID');
  if (description.length < 1 || description.length > 255) throw badRequest('INVOICE_DESCRIPTION_INVALID');
  if (payload === '' || byteLength(payload) > 128) throw badRequest('INVOICE_PAYLOAD_INVALID');
  // Other currencies need a payment provider, which the emulator has not.
  if (params.str('currency') !== 'XTR') throw badRequest('CURRENCY_INVALID');
  if ((params.str('provider_token') ?? '') !== '') throw badRequest('PAYMENT_PROVIDER_INVALID');
  const prices = params.array('prices') ?? [];
  const price = prices[0];
  if (prices.length !== 1 || !isRecord(price)) throw badRequest('PRICES_INVALID');
  const amount = price['amount'];
  if (typeof amount !== 'number' || !Number.isInteger(amount) || amount < 1 || amount > 100_000)
    throw badRequest('STARS_INVOICE_INVALID');
  return { title, description, payload, amount, subscription: false };
}

export const answerPreCheckoutQuery: Handler = (world, params) => {
  const ok = params.bool('ok');
  const error = params.str('error_message');
  if (!ok && (error === undefined || error === '')) throw badRequest('error_message is empty');
  const answer: CheckoutAnswer = { ok, ...(error === undefined ? {} : { error }) };
  const query = world.pending.answer(params.str('pre_checkout_query_id') ?? '', 'checkout', answer);
  query.onAnswer?.(answer);
  world.changed();
  return true;
};

export const refundStarPayment: Handler = (world, params) => {
  const payment = findPayment(world, params);
  if (payment.refunded) throw badRequest('CHARGE_ALREADY_REFUNDED');
  payment.refunded = true;
  world.stars.note(world.date, -payment.amount, payment);
  const chat = world.chats.get(payment.user);
  if (chat !== undefined) {
    const message = {
      message_id: world.takeMessageId(chat),
      from: userOf(world, world.bot.id),
      chat: shownChat(chat),
      date: world.date,
      refunded_payment: {
        currency: 'XTR',
        total_amount: payment.amount,
        invoice_payload: payment.payload,
        telegram_payment_charge_id: payment.chargeId,
      },
    };
    addEntry(world, chat, message);
    world.updates.push('message', message as never, chat.info.id);
  }
  world.changed();
  return true;
};

export const editUserStarSubscription: Handler = (world, params) => {
  const payment = findPayment(world, params);
  if (!payment.subscription) throw badRequest('CHARGE_ID_INVALID');
  payment.canceled = params.bool('is_canceled');
  return true;
};

export const getMyStarBalance: Handler = (world) => ({ amount: world.stars.balance });

export const getStarTransactions: Handler = (world, params) => {
  const offset = params.int('offset') ?? 0;
  const limit = Math.min(params.int('limit') ?? 100, 100);
  return {
    transactions: world.stars.transactions
      .slice(offset, offset + limit)
      .map(({ id, amount, date, payment }) => {
        const partner = {
          type: 'user',
          transaction_type: 'invoice_payment',
          user: userOf(world, payment.user),
          invoice_payload: payment.payload,
        };
        return {
          id,
          amount: Math.abs(amount),
          date,
          ...(amount > 0 ? { source: partner } : { receiver: partner }),
        };
      }),
  };
};

function findPayment(world: World, params: Params): Payment {
  const payment = world.stars.payments.get(params.str('telegram_payment_charge_id') ?? '');
  if (payment === undefined || payment.user !== params.int('user_id')) throw badRequest('CHARGE_NOT_FOUND');
  return payment;
}
