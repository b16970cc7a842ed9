// What is left of an answer that was cut off? The part before the cut is authentic; where the cut came from is unknown.
import type { Choice } from './chat-types.js';
import { CocoonError } from './errors.js';

/** `STREAM_TRUNCATED`. The message holds a count only; `prefix` is not printed, serialised or logged. */
export class TruncatedError extends CocoonError {
  readonly #prefix: readonly Choice[];

  constructor(options: { items: number; cause: unknown; prefix?: readonly Choice[] | undefined }) {
    const { items, cause, prefix = [] } = options;
    super({
      kind: 'protocol',
      code: 'STREAM_TRUNCATED',
      message: `The answer was cut off after ${items} verified chunks; without the worker’s signed end it is not complete.`,
      remedy: 'Ask again. Nothing is charged without a signed receipt.',
      details: { items },
      cause,
    });
    this.#prefix = prefix;
  }

  /** The verified part of the answer; empty for streams, whose reader has it already. */
  get prefix(): readonly Choice[] {
    return this.#prefix;
  }

  withPrefix(prefix: readonly Choice[]): TruncatedError {
    const error = new TruncatedError({ items: Number(this.details['items']), cause: this.cause, prefix });
    error.supportId = this.supportId;
    return error;
  }
}
