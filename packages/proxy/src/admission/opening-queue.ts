// How many sealed messages are opened at once? Opening costs a millisecond before anybody has proven anything, so the queue is short.
import { refusal } from '../refusal.js';

export class OpeningQueue {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: { atOnce: number; maxWaiting: number }) {
    this.#atOnce = options.atOnce;
    this.#maxWaiting = options.maxWaiting;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** @throws CocoonError `TOO_MANY_REQUESTS` when the queue is full. */
  async run<T>(open: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#maxWaiting)
        throw refusal('TOO_MANY_REQUESTS', 'Too many messages wait to be opened.');
      // The slot is handed over by whoever finishes, so nobody can slip in between.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await open();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
