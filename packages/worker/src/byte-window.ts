// How many bytes may still be sent on one stream? Credits of PROTOCOL.md §11.2.
import { LIMITS } from '@cocoonkit/sdk/protocol';

/** Credit beyond this is a mistake of the peer: no honest reader promises a whole answer many times over. */
const MAX_WINDOW_BYTES = 1024 * 1024 * 1024;

export interface ByteWindow {
  readonly available: number;
  /** Credit from the peer. */
  add(bytes: number): void;
  take(bytes: number): void;
  /** Resolves when at least `bytes` are available, with false when `signal` fires or `timeoutMs` passes first. */
  waitFor(bytes: number, options: { signal: AbortSignal; timeoutMs?: number | undefined }): Promise<boolean>;
}

export function createByteWindow(initial: number = LIMITS.streamWindowBytes): ByteWindow {
  const wakers = new Set<() => void>();
  let available = initial;
  return {
    get available() {
      return available;
    },
    add(bytes) {
      available = Math.min(MAX_WINDOW_BYTES, available + bytes);
      for (const wake of [...wakers]) wake();
    },
    take(bytes) {
      available -= bytes;
    },
    waitFor(bytes, { signal, timeoutMs }) {
      if (signal.aborted) return Promise.resolve(false);
      if (available >= bytes) return Promise.resolve(true);
      return new Promise((resolve) => {
        const finish = (reached: boolean): void => {
          wakers.delete(wake);
          signal.removeEventListener('abort', onAbort);
          clearTimeout(timer);
          resolve(reached);
        };
        const wake = (): void => {
          if (available >= bytes) finish(true);
        };
        const onAbort = (): void => finish(false);
        const timer = timeoutMs === undefined ? undefined : setTimeout(() => finish(false), timeoutMs);
        wakers.add(wake);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}
