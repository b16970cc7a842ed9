// Which requests are under way on this worker, over all channels, and how is each stopped?
import { type Core, LIMITS } from '@cocoonkit/sdk/protocol';
import type { Answer } from './answer.js';
import { hexKey, opensHash } from './sha256.js';
import { createTally } from './tally.js';

/** Why a request stops before its own end. `revoked` leaves no bill, the others do. */
export type StopReason = 'cancelled' | 'timed-out' | 'detached' | 'revoked' | 'stopping';

export interface RunningRequest {
  readonly core: Core;
  readonly coreHash: Uint8Array;
  /** Fires when the request must stop. */
  readonly signal: AbortSignal;
  readonly stopReason: StopReason | undefined;
  /** Set with the first record. */
  answer: Answer | undefined;
  stop(reason: StopReason): void;
  /** Nobody reads: the request goes on for `detachMs`. */
  detach(): void;
  attach(): void;
  /** Ends its timers and forgets it. */
  done(): void;
}

export interface RunningRequests {
  readonly size: number;
  begin(core: Core, coreHash: Uint8Array): RunningRequest;
  find(coreHash: Uint8Array): RunningRequest | undefined;
  /** Stops the request if `token` is its cancel token. */
  cancel(coreHash: Uint8Array, token: Uint8Array): boolean;
  stopAll(reason: StopReason): void;
  /** Resolves when none is left, or when `signal` fires. */
  idle(signal: AbortSignal): Promise<void>;
}

export function createRunningRequests(
  options: { onDetach?: ((request: RunningRequest) => void) | undefined } = {},
): RunningRequests {
  const running = new Map<string, RunningRequest>();
  const tally = createTally();
  return {
    get size() {
      return tally.size;
    },
    begin(core, coreHash) {
      const key = hexKey(coreHash);
      const leave = tally.enter();
      const forget = (): void => {
        if (running.get(key) === request) running.delete(key);
        leave();
      };
      const request = createRunning({ core, coreHash, forget, onDetach: options.onDetach });
      running.set(key, request);
      return request;
    },
    find: (coreHash) => running.get(hexKey(coreHash)),
    cancel(coreHash, token) {
      const request = running.get(hexKey(coreHash));
      if (request === undefined || !opensHash(token, request.core.cancelHash)) return false;
      request.stop('cancelled');
      return true;
    },
    stopAll(reason) {
      for (const request of [...running.values()]) request.stop(reason);
    },
    idle: (signal) => tally.idle(signal),
  };
}

function createRunning(options: {
  core: Core;
  coreHash: Uint8Array;
  forget: () => void;
  onDetach: ((request: RunningRequest) => void) | undefined;
}): RunningRequest {
  const { core, coreHash } = options;
  const controller = new AbortController();
  let reason: StopReason | undefined;
  let over = false;
  let detachTimer: NodeJS.Timeout | undefined;
  const stop = (why: StopReason): void => {
    if (over || reason !== undefined) return;
    reason = why;
    controller.abort();
  };
  const clock = setTimeout(() => stop('timed-out'), Math.min(core.maxMs, LIMITS.maxMs));
  const request: RunningRequest = {
    core,
    coreHash,
    signal: controller.signal,
    answer: undefined,
    get stopReason() {
      return reason;
    },
    stop,
    detach() {
      if (over || detachTimer !== undefined) return;
      detachTimer = setTimeout(() => stop('detached'), Math.min(core.detachMs, LIMITS.detachMs));
      options.onDetach?.(request);
    },
    attach() {
      clearTimeout(detachTimer);
      detachTimer = undefined;
    },
    done() {
      over = true;
      clearTimeout(clock);
      clearTimeout(detachTimer);
      options.forget();
    },
  };
  return request;
}
