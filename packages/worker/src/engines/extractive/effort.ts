// How does long work stay interruptible, fair to the event loop, and countable?
import { setImmediate } from 'node:timers/promises';
import { CocoonError } from '@cocoonkit/sdk/errors';

/** Units of work between two visits to the event loop: some milliseconds. */
const UNITS_PER_TURN = 5_000;

export interface Effort {
  /** Units spent so far: about one per word or comparison. */
  readonly spent: number;
  /**
   * Records work that was just done and, when enough has gathered, lets the event loop run.
   * @throws CocoonError kind `aborted`, code `ABORTED`, when the caller has gone.
   */
  spend(units: number): Promise<void> | undefined;
}

/** Work is counted, not timed, so that a bound on it can be tested. */
export function createEffort(signal: AbortSignal): Effort {
  let spent = 0;
  let sinceTurn = 0;
  return {
    get spent() {
      return spent;
    },
    spend(units) {
      spent += units;
      sinceTurn += units;
      if (sinceTurn < UNITS_PER_TURN) return undefined;
      sinceTurn = 0;
      return setImmediate().then(() => throwIfAborted(signal));
    },
  };
}

/** @throws CocoonError kind `aborted`, code `ABORTED`. */
export function throwIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new CocoonError({
    kind: 'aborted',
    code: 'ABORTED',
    message: 'The request was cancelled before its answer was complete.',
    remedy: 'Send it again if the answer is still wanted.',
  });
}
