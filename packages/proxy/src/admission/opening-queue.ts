// How many sealed messages are opened at once? Opening costs a millisecond before anybody has proven anything, so the queue is short.
import { refusal } from '../refusal.js';

export class OpeningQueue {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  readonly #now: () => Date;
  #running = 0;
  /** Failures in the second `#second`, and in the one before. */
  #failed: [number, number] = [0, 0];
  #second = 0;

  constructor(options: { atOnce: number; maxWaiting: number; now: () => Date }) {
    this.#now = options.now;
    this.#atOnce = options.atOnce;
    this.#maxWaiting = options.maxWaiting;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Messages that failed to open within the last one to two seconds: junk, which nobody pays for. */
  get failedLately(): number {
    this.#turn();
    return this.#failed[0] + this.#failed[1];
  }

  #turn(): void {
    const second = Math.floor(this.#now().getTime() / 1_000);
    if (second === this.#second) return;
    this.#failed = [0, second === this.#second + 1 ? this.#failed[0] : 0];
    this.#second = second;
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
    } catch (error) {
      this.#turn();
      this.#failed[0]++;
      throw error;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      // In a turn of its own: however many wait, the answers under way go on in between.
      else setImmediate(next);
    }
  }
}
