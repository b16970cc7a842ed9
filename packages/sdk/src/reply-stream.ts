// What does stream() return? Verified chunks as they come, then the bill and the proof.
import type { ChatChunk } from './chat-types.js';
import { CocoonError } from './errors.js';
import type { Exchange, Item, Outcome } from './exchange.js';
import type { VerifiedReceipt } from './receipts/verify-receipt.js';
import type { VerificationReport } from './report/verification-report.js';

/** How long an abandoned stream is read on for its receipt. */
const ABANDONED_MS = 10_000;

/**
 * Iterate it, or `raw`, once. Reading slowly slows the worker; ending the iteration early cancels the request.
 * `receipt` and `report` settle when the stream has been read to its end, or reject with what ended it.
 */
export class ReplyStream implements AsyncIterable<ChatChunk> {
  readonly receipt: Promise<VerifiedReceipt>;
  readonly report: Promise<VerificationReport>;
  readonly #exchange: Exchange;
  readonly #items: AsyncGenerator<Item, Outcome>;
  readonly #outcome: Deferred<Outcome>;
  #state: 'new' | 'read' | 'over' = 'new';

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.#items = exchange.items();
    this.#outcome = deferred();
    this.receipt = this.#outcome.promise.then(({ receipt }) => receipt);
    this.report = this.#outcome.promise.then(({ report }) => report);
    // Whoever iterates gets the error there; these two need not be looked at.
    this.receipt.catch(() => undefined);
    this.report.catch(() => undefined);
  }

  [Symbol.asyncIterator](): AsyncIterator<ChatChunk> {
    return this.#iterate(({ chunk }) => chunk);
  }

  /** The chunks' JSON, byte for byte as the engine wrote it. */
  get raw(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => this.#iterate(({ raw }) => raw) };
  }

  /** Tells the worker, sealed, to stop. What it has produced, and the receipt for it, still arrive. */
  async cancel(): Promise<void> {
    await this.#exchange.cancel();
    if (this.#state === 'new') this.#abandon();
  }

  /**
   * Where the reader is now, for `cocoon.resume` in another process: exactly the chunks not returned yet come out there. SECRET like
   * the answer itself: whoever has it can read the rest and stop it. Waits for the first frame. Workers keep answers for ten minutes.
   * @throws CocoonError what kept the answer from starting
   */
  resumeToken(): Promise<string> {
    return this.#exchange.resumeToken();
  }

  #iterate<T>(pick: (item: Item) => T): AsyncIterator<T> {
    if (this.#state !== 'new') throw consumed();
    this.#state = 'read';
    return {
      next: async () => {
        const item = await this.#next();
        return item === undefined ? { done: true, value: undefined } : { done: false, value: pick(item) };
      },
      return: async () => {
        if (this.#state === 'read') {
          void this.#exchange.cancel();
          this.#abandon();
        }
        return { done: true, value: undefined };
      },
    };
  }

  async #next(): Promise<Item | undefined> {
    try {
      const { done, value } = await this.#items.next();
      if (done !== true) return value;
      this.#state = 'over';
      // Undefined when the generator was ended already.
      if (value !== undefined) this.#outcome.resolve(value);
      return undefined;
    } catch (error) {
      this.#state = 'over';
      this.#outcome.reject(error);
      throw error;
    }
  }

  /** Reads on without a reader: the signed end of a cancelled answer is the proof of what it cost. */
  #abandon(): void {
    this.#state = 'over';
    const timer = setTimeout(() => this.#exchange.stop(), ABANDONED_MS);
    const drain = async () => {
      while ((await this.#next()) !== undefined);
    };
    drain()
      .catch(() => undefined)
      .finally(() => clearTimeout(timer));
  }
}

interface Deferred<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve: Deferred<T>['resolve'] = () => undefined;
  let reject: Deferred<T>['reject'] = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

function consumed(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'STREAM_CONSUMED',
    message: 'A reply stream can be iterated once.',
    remedy: 'Call cocoon.stream() again for another answer.',
  });
}
