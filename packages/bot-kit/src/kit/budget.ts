// May this person ask now? Requests in a minute, tokens in a day; both counted per person, wherever they ask.
import { CocoonError } from '@cocoonkit/sdk';
import type { Clock } from '../clock.js';
import type { Limits } from '../limits.js';
import type { Credits } from './credits.js';
import type { Records } from './records.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Requests known to be counted, per person: more than can be open at once. */
const MOST_COUNTED = 50;
/** People whose last minute is remembered; the least recent are dropped. */
const MOST_PEOPLE = 10_000;

export interface Budget {
  /** Counts one request. @throws CocoonError `TOO_FAST`, `BUDGET_USED` */
  take(user: number, price?: number): Promise<void>;
  /** Counts what a request really used: with the same `once` a second time, nothing. */
  spend(user: number, tokens: number, once?: string | undefined): Promise<void>;
  /**
   * Before each answer begins: what ran before it has been counted by then. `price`: what it will count, if that is known.
   * @throws CocoonError `BUDGET_USED`
   */
  checkTokens(user: number, price?: number): Promise<void>;
  /** Tokens left today without paying. */
  left(user: number): Promise<number>;
}

export function createBudget(parts: {
  limits: Limits;
  clock: Clock;
  records: (user: number) => Records;
  /** What was paid for comes after what the day gives. */
  credits: Credits;
}): Budget {
  const { limits, clock, records, credits } = parts;
  const recent = new Map<number, number[]>();
  /** One change of a person's count at a time, or two answers that end together would count as one. */
  const turns = new Map<number, Promise<unknown>>();

  const today = () => Math.floor(clock.now() / DAY_MS);
  async function read(user: number): Promise<{ used: number; counted: string[] }> {
    const [day, tokens, counted = ''] = ((await records(user).get('budget')) ?? '').split(':');
    const used = Number(day) === today() && Number.isSafeInteger(Number(tokens)) ? Number(tokens) : 0;
    return { used, counted: counted.split(',').filter(Boolean) };
  }
  const used = async (user: number): Promise<number> => (await read(user)).used;

  const checkTokens = async (user: number, price = 1): Promise<void> => {
    const free = Math.max(0, limits.tokensPerDay - (await used(user)));
    if (price <= free) return;
    if (price > free + (await credits.left(user))) throw usedUp();
  };

  return {
    checkTokens,
    async take(user, price) {
      const now = clock.now();
      const times = (recent.get(user) ?? []).filter((time) => now - time < MINUTE_MS);
      if (times.length >= limits.requestsPerMinute) throw tooFast();
      await checkTokens(user, price);
      recent.delete(user);
      recent.set(user, [...times, now]);
      const [oldest] = recent.keys();
      if (recent.size > MOST_PEOPLE && oldest !== undefined) recent.delete(oldest);
    },
    spend(user, tokens, once) {
      const turn = (turns.get(user) ?? Promise.resolve())
        .catch(() => undefined)
        .then(async () => {
          const { used: before, counted } = await read(user);
          if (once !== undefined && counted.includes(once)) return;
          const total = before + Math.max(0, Math.ceil(tokens));
          const known = [...counted, ...(once === undefined ? [] : [once])].slice(-MOST_COUNTED).join(',');
          // What was paid for first: both know `once`, so a crash between the two is made good when it is asked again.
          await credits.use(user, total - Math.max(before, limits.tokensPerDay), once);
          await records(user).set('budget', `${today()}:${total}:${known}`, DAY_MS);
        });
      turns.set(user, turn);
      return turn.finally(() => {
        if (turns.get(user) === turn) turns.delete(user);
      });
    },
    left: async (user) => Math.max(0, limits.tokensPerDay - (await used(user))),
  };
}

function tooFast(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'TOO_FAST',
    message: 'This person has started as many requests this minute as the limit allows.',
    remedy: 'Nothing was sent. Raise limits.requestsPerMinute if that is too few.',
  });
}

function usedUp(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'BUDGET_USED',
    message: 'This person has used the tokens of today.',
    remedy: 'Nothing was sent. Raise limits.tokensPerDay if that is too few.',
  });
}
