// What has a person paid for? Kept apart from what is remembered of them, so that /forget leaves it and no payment counts twice.
import type { Records } from './records.js';

export interface StarPayment {
  /** `telegram_payment_charge_id`: names the payment for refunds. */
  readonly charge: string;
  readonly stars: number;
  /** Tokens it bought. */
  readonly tokens: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly refunded?: boolean | undefined;
}

export interface Credits {
  /** Tokens left of all payments. */
  left(user: number): Promise<number>;
  payments(user: number): Promise<readonly StarPayment[]>;
  /** Credits a payment. False when its charge was credited before: then nothing changes. */
  add(user: number, payment: StarPayment): Promise<boolean>;
  /** With the same `once` a second time, nothing changes. */
  use(user: number, tokens: number, once?: string | undefined): Promise<void>;
  /** Takes back what a payment bought. False when there is no such payment, or it was taken back before. */
  takeBack(user: number, charge: string): Promise<boolean>;
  /** The refund did not go through: what was taken back is there again. */
  giveAgain(user: number, charge: string): Promise<void>;
}

/** As long as books are kept where that is longest. */
export const PAYMENTS_KEPT_MS = 10 * 365 * 24 * 3_600_000;
/** As in the budget. */
const MOST_COUNTED = 50;
/** The oldest payments of one person beyond this are dropped. */
const MOST_PAYMENTS = 2_000;

interface Ledger {
  readonly tokens: number;
  readonly payments: readonly StarPayment[];
  /** What was counted last. */
  readonly counted?: readonly string[] | undefined;
}

/** Balance and payments are one record: a crash leaves both as they were, or both changed. */
export function createCredits(records: (user: number) => Records): Credits {
  /** One change of a person's ledger at a time. */
  const turns = new Map<number, Promise<unknown>>();

  const read = async (user: number): Promise<Ledger> => parseLedger(await records(user).get('ledger'));

  /** `undefined` from `change` leaves the ledger as it is. */
  function alone(user: number, change: (ledger: Ledger) => Ledger | undefined): Promise<boolean> {
    const turn = (turns.get(user) ?? Promise.resolve())
      .catch(() => undefined)
      .then(async () => {
        const changed = change(await read(user));
        if (changed === undefined) return false;
        const payments = changed.payments.slice(-MOST_PAYMENTS);
        await records(user).set('ledger', JSON.stringify({ ...changed, payments }), PAYMENTS_KEPT_MS);
        return true;
      });
    turns.set(user, turn);
    return turn.finally(() => {
      if (turns.get(user) === turn) turns.delete(user);
    });
  }

  const setRefunded = (user: number, charge: string, refunded: boolean) =>
    alone(user, ({ tokens, payments, ...rest }) => {
      const found = payments.find((one) => one.charge === charge);
      if (found === undefined || (found.refunded === true) === refunded) return undefined;
      return {
        ...rest,
        tokens: Math.max(0, tokens + (refunded ? -found.tokens : found.tokens)),
        payments: payments.map((one) => (one === found ? { ...one, refunded } : one)),
      };
    });

  return {
    left: async (user) => (await read(user)).tokens,
    payments: async (user) => (await read(user)).payments,
    add: (user, payment) =>
      alone(user, ({ tokens, payments, ...rest }) =>
        payments.some(({ charge }) => charge === payment.charge)
          ? undefined
          : { ...rest, tokens: tokens + payment.tokens, payments: [...payments, payment] },
      ),
    async use(user, tokens, once) {
      await alone(user, (ledger) => {
        const { counted = [] } = ledger;
        if (ledger.tokens === 0 || tokens <= 0) return undefined;
        if (once !== undefined && counted.includes(once)) return undefined;
        return {
          ...ledger,
          tokens: Math.max(0, ledger.tokens - tokens),
          counted: [...counted, ...(once === undefined ? [] : [once])].slice(-MOST_COUNTED),
        };
      });
    },
    takeBack: (user, charge) => setRefunded(user, charge, true),
    giveAgain: async (user, charge) => void (await setRefunded(user, charge, false)),
  };
}

const NOTHING: Ledger = { tokens: 0, payments: [] };

/** Written by this kit alone and authenticated by the vault; anything else counts as nothing. */
function parseLedger(text: string | undefined): Ledger {
  if (text === undefined) return NOTHING;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return NOTHING;
    const { tokens, payments, counted } = value as Partial<Record<keyof Ledger, unknown>>;
    if (!Number.isSafeInteger(tokens) || !Array.isArray(payments)) return NOTHING;
    return {
      tokens: Number(tokens),
      payments: payments.filter(isPayment),
      counted: Array.isArray(counted) ? counted.map(String) : [],
    };
  } catch {
    return NOTHING;
  }
}

function isPayment(value: unknown): value is StarPayment {
  if (typeof value !== 'object' || value === null) return false;
  const { charge, stars, tokens, at } = value as Partial<StarPayment>;
  return (
    typeof charge === 'string' &&
    Number.isSafeInteger(stars) &&
    Number.isSafeInteger(tokens) &&
    Number.isSafeInteger(at)
  );
}
