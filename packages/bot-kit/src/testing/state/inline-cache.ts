// Does Telegram know the answer already? It keeps results for `cache_time` seconds and shows them to everyone,
// unless they are personal; then the bot is not asked again.
import type { InlineAnswer } from './pending-queries.js';

interface Kept {
  readonly query: string;
  readonly offset: string;
  readonly user: number;
  readonly answer: InlineAnswer;
  readonly until: number;
}

export class InlineCache {
  readonly #kept: Kept[] = [];

  keep(query: string, offset: string, user: number, answer: InlineAnswer, now: number): void {
    if (answer.cacheTime > 0)
      this.#kept.push({ query, offset, user, answer, until: now + answer.cacheTime * 1000 });
  }

  find(query: string, offset: string, user: number, now: number): InlineAnswer | undefined {
    return this.#kept.findLast(
      (one) =>
        one.query === query &&
        one.offset === offset &&
        now < one.until &&
        (!one.answer.isPersonal || one.user === user),
    )?.answer;
  }
}
