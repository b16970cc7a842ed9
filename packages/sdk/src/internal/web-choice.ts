// Who computes an algorithm in browsers: WebCrypto once a self-test showed that it works, else pure JavaScript.
import { keepOnce } from './keep-once.js';
import type { MaybePromise } from './primitives.js';

/** Runs something with the implementation that was chosen. */
export type Using<T> = <R>(run: (operations: T) => MaybePromise<R>) => Promise<R>;

/** Chooses at first use and for good; `native` is undefined where there is no WebCrypto. */
export function provenOrFallback<T>(
  native: T | undefined,
  works: (operations: T) => Promise<boolean>,
  fallback: () => Promise<T>,
): Using<T> {
  const pick = keepOnce(async () => {
    if (native !== undefined && (await works(native).catch(() => false))) return native;
    return fallback();
  });
  return async (run) => run(await pick());
}
