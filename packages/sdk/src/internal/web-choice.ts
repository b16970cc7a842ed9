// Who computes an algorithm in browsers: WebCrypto once a self-test showed that it works, else pure JavaScript.
import type { MaybePromise } from './primitives.js';

/** Runs something with the implementation that was chosen. */
export type Using<T> = <R>(run: (operations: T) => MaybePromise<R>) => Promise<R>;

/** Chooses at first use and for good; `native` is undefined where there is no WebCrypto. */
export function provenOrFallback<T>(
  native: T | undefined,
  works: (operations: T) => Promise<boolean>,
  fallback: () => Promise<T>,
): Using<T> {
  let chosen: Promise<T> | undefined;

  async function choose(): Promise<T> {
    if (native !== undefined && (await works(native).catch(() => false))) return native;
    return fallback();
  }

  // A chunk that failed to load (offline) must be asked for again at the next call, not remembered as a failure.
  function pick(): Promise<T> {
    if (chosen !== undefined) return chosen;
    const choice = choose();
    chosen = choice;
    choice.catch(() => {
      chosen = undefined;
    });
    return choice;
  }

  return async (run) => run(await pick());
}
