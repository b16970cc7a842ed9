// How is the operator's own code called? Within a time, with a signal that tells it when that is over; nothing it says of itself gets out.
import { CocoonError } from '@cocoonkit/sdk';
import type { Clock } from '../clock.js';
import type { KitEvent } from '../events.js';
import { isRefusal } from './refusal.js';

export type HookName = 'access' | 'beforeModel' | 'afterModel' | 'price' | 'readers' | 'links.fetchers';

/** What every hook gets as its last argument. */
export interface HookOptions {
  /** Aborted when the answer is stopped or the hook's time is over. */
  readonly signal: AbortSignal;
}

export interface HookBoundary {
  readonly clock: Clock;
  readonly emit: (event: KitEvent) => void;
  /** Milliseconds it may take. */
  readonly ms: number;
  /** Of the answer it belongs to. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What `call` gives. It is not waited for when its time is over or the answer was stopped.
 * @throws CocoonError `HOOK_FAILED`, `HOOK_TIMEOUT`; a `refusal()` as it is; the signal's reason
 */
export async function callHook<T>(
  hook: HookName,
  call: (options: HookOptions) => T | Promise<T>,
  { clock, emit, ms, signal }: HookBoundary,
): Promise<T> {
  signal?.throwIfAborted();
  const over = new AbortController();
  const ended = new AbortController();
  const tooLate = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true, signal: ended.signal });
    clock.sleep(ms, ended.signal).then(
      () => reject(hookError('HOOK_TIMEOUT', hook)),
      () => undefined,
    );
  });
  // Whoever loses the race may still reject.
  tooLate.catch(() => undefined);
  try {
    // What throws at once is caught like what rejects later.
    const made = (async () => call({ signal: over.signal }))();
    made.catch(() => undefined);
    return await Promise.race([made, tooLate]);
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    if (isRefusal(error)) throw error;
    const known = isHookError(error) ? error : hookError('HOOK_FAILED', hook);
    emit({ type: 'hook-failed', hook, code: known.code });
    throw known;
  } finally {
    ended.abort();
    over.abort();
  }
}

/** Errors made here. What a hook throws by itself may hold anything, a person's text too. */
const made = new WeakSet<CocoonError>();
const isHookError = (error: unknown): error is CocoonError => error instanceof CocoonError && made.has(error);

/** True for a hook that failed, hung or refused: then the whole answer is refused, whatever else was written. */
export const isHookEnd = (error: unknown): error is CocoonError => isHookError(error) || isRefusal(error);

function hookError(code: 'HOOK_FAILED' | 'HOOK_TIMEOUT', hook: HookName): CocoonError {
  const error = new CocoonError({
    kind: 'config',
    code,
    message: `The \`${hook}\` option ${code === 'HOOK_FAILED' ? 'threw' : 'took too long'}.`,
    remedy: 'Correct the hook. What it threw is not shown: it may hold what a person wrote.',
    details: { hook },
  });
  made.add(error);
  return error;
}
