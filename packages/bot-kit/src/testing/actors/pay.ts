// What happens when a person pays? The bot is asked first and has ten seconds; then the Stars move.
import type { Message, SuccessfulPayment } from 'grammy/types';
import { ActorError } from '../api/api-failure.js';
import { SUBSCRIPTION_SECONDS } from '../methods/payments.js';
import { userOf } from '../methods/post.js';
import type { CheckoutAnswer } from '../state/pending-queries.js';
import { shownChat } from '../state/shown-chat.js';
import type { NewInvoice, Payment } from '../state/star-ledger.js';
import type { World } from '../state/world.js';
import type { WaitFor } from '../wait-for.js';
import { deliver } from './deliver.js';
import type { Person } from './person.js';

export interface Paying {
  /** What the bot answered to the question before the payment. Waits for it. */
  checkout(): Promise<CheckoutAnswer>;
  /** The service message of the payment. Waits for it. @throws ActorError when the bot refused */
  done(): Promise<Message>;
}

/** @param what the message with the invoice, or its link; default: the newest invoice in the chat */
export function pay(
  world: World,
  person: Person,
  what: Message | string | undefined,
  waitFor: WaitFor,
): Paying {
  const invoice = findInvoice(world, person, what);
  const id = `checkout-${world.nextId()}`;
  let message: Message | undefined;
  const query = world.pending.ask<CheckoutAnswer>(id, 'checkout', person.id);
  query.onAnswer = (answer) => {
    if ((answer as CheckoutAnswer).ok) message = settle(world, person, invoice, true);
  };
  world.updates.push(
    'pre_checkout_query',
    {
      id,
      from: person.user,
      currency: 'XTR',
      total_amount: invoice.amount,
      invoice_payload: invoice.payload,
    },
    person.id,
  );
  const checkout = () =>
    waitFor(
      () => query.answer,
      () => 'an answer to the pre-checkout query',
    );
  return {
    checkout,
    async done() {
      const { ok, error } = await checkout();
      if (!ok || message === undefined) throw new ActorError(`The bot refused the payment: ${error ?? ''}`);
      return message;
    },
  };
}

/** Moves the Stars and tells the bot. Later payments of a subscription come without a question. */
export function settle(world: World, person: Person, invoice: NewInvoice, first: boolean): Message {
  const chargeId = `charge-${world.nextId()}`;
  const { payload, amount, subscription } = invoice;
  const payment: Payment = {
    chargeId,
    user: person.id,
    payload,
    amount,
    subscription,
    refunded: false,
    canceled: false,
  };
  world.stars.payments.set(chargeId, payment);
  world.stars.note(world.date, amount, payment);
  const paid: SuccessfulPayment = {
    currency: 'XTR',
    total_amount: amount,
    invoice_payload: payload,
    telegram_payment_charge_id: chargeId,
    provider_payment_charge_id: '',
    ...(subscription
      ? {
          subscription_expiration_date: world.date + SUBSCRIPTION_SECONDS,
          is_recurring: true,
          ...(first ? { is_first_recurring: true } : {}),
        }
      : {}),
  };
  const chat = person.record;
  chat.started = true;
  const message: Message = {
    message_id: world.takeMessageId(chat),
    from: userOf(world, person.id),
    chat: shownChat(chat),
    date: world.date,
    successful_payment: paid,
  };
  return deliver(world, chat, message).message;
}

function findInvoice(world: World, person: Person, what: Message | string | undefined): NewInvoice {
  const message =
    typeof what === 'string'
      ? undefined
      : (what ??
        person.record.entries.findLast(({ message: one, deleted }) => !deleted && one.invoice !== undefined)
          ?.message);
  const key = typeof what === 'string' ? what : `${message?.chat.id}:${message?.message_id}`;
  const invoice = world.stars.invoices.get(key);
  if (invoice === undefined) throw new ActorError('There is no invoice to pay.');
  return invoice;
}
