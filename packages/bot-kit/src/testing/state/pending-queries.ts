// Which questions wait for the bot's answer? Button presses, inline and guest queries, checkouts, each for a time.
import type { InlineQueryResult, InlineQueryResultsButton } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import type { EmulatorClock } from './clock.js';

/** Milliseconds. Telegram publishes only the 10 s of checkouts; the others are what bots see in practice. */
export const QUERY_LIFE = {
  callback: 15 * 60_000,
  inline: 60_000,
  guest: 60_000,
  checkout: 10_000,
  shipping: 10_000,
} as const;

export interface CallbackAnswer {
  readonly text?: string | undefined;
  readonly showAlert: boolean;
  readonly url?: string | undefined;
}

export interface InlineAnswer {
  readonly results: readonly InlineQueryResult[];
  readonly cacheTime: number;
  readonly isPersonal: boolean;
  readonly nextOffset: string;
  readonly button?: InlineQueryResultsButton | undefined;
}

export interface CheckoutAnswer {
  readonly ok: boolean;
  readonly error?: string | undefined;
}

/** One question: who asked, and what the answer was. */
export interface Query<A = unknown> {
  readonly id: string;
  readonly kind: keyof typeof QUERY_LIFE;
  readonly from: number;
  readonly at: number;
  readonly chat?: number | undefined;
  answer?: A | undefined;
  /** What follows from the answer. */
  onAnswer?: ((answer: unknown) => void) | undefined;
  /** Button presses: hides the pressed message from the one who pressed. */
  hideOriginal?: (() => void) | undefined;
}

export class PendingQueries {
  readonly #clock: EmulatorClock;
  readonly #queries = new Map<string, Query>();

  constructor(clock: EmulatorClock) {
    this.#clock = clock;
  }

  ask<A>(id: string, kind: Query['kind'], from: number, chat?: number): Query<A> {
    const query: Query<A> = { id, kind, from, at: this.#clock.now(), chat };
    this.#queries.set(id, query as Query);
    return query;
  }

  find(id: string, kind: Query['kind']): Query | undefined {
    const query = this.#queries.get(id);
    return query?.kind === kind ? query : undefined;
  }

  /**
   * Takes the bot's answer. A second one is refused, except to button presses, as Telegram does.
   * @throws ApiFailure when the query is unknown, answered or past its time
   */
  answer(id: string, kind: Query['kind'], answer: unknown): Query {
    const query = this.find(id, kind);
    const late = query !== undefined && this.#clock.now() - query.at > QUERY_LIFE[kind];
    if (query === undefined || late || (query.answer !== undefined && kind !== 'callback'))
      throw badRequest('query is too old and response timeout expired or query ID is invalid');
    query.answer = answer;
    return query;
  }
}
