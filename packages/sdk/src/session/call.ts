// How does one call end early? The caller's signal and its time limit, in one place.
import { linkedAbort } from '../internal/linked-abort.js';
import { LIMITS } from '../protocol/limits.js';
import { aborted, timedOut } from '../transport/transport.js';

export interface CallOptions {
  /** Ends the call: the worker is told to stop, and the promise rejects with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole call; `TIMEOUT` after that. Default and most: 600,000. */
  readonly timeoutMs?: number | undefined;
  /** nanoTON this call may cost at most. */
  readonly maxCost?: bigint | undefined;
}

export interface Call {
  readonly signal: AbortSignal;
  readonly maxMs: number;
  readonly maxCost: bigint | undefined;
  /** The task's result, or the reason the call ended before it. The task itself, shared with others, goes on. */
  within<T>(task: Promise<T>): Promise<T>;
  stop(reason: Error): void;
  /** Must be called when the call is over. */
  done(): void;
}

export function startCall(options: CallOptions): Call {
  const { signal: outer, timeoutMs, maxCost } = options;
  const maxMs = Math.min(LIMITS.maxMs, Math.max(1, timeoutMs ?? LIMITS.maxMs));
  const { controller, unlink } = linkedAbort(outer, aborted);
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(timedOut(maxMs)), maxMs);
  return {
    signal,
    maxMs,
    maxCost,
    within(task) {
      return new Promise((resolve, reject) => {
        const stop = () => reject(signal.reason);
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop, { once: true });
        task.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
      });
    },
    stop: (reason) => controller.abort(reason),
    done() {
      clearTimeout(timer);
      unlink();
    },
  };
}
