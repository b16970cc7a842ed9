// How many tasks are under way, and when are there none?

export interface Tally {
  readonly size: number;
  /** Counts one task; call the result when it is over. */
  enter(): () => void;
  /** Resolves when none is left, or when `signal` fires. */
  idle(signal: AbortSignal): Promise<void>;
}

export function createTally(): Tally {
  const waiting = new Set<() => void>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    enter() {
      size++;
      let inside = true;
      return () => {
        if (!inside) return;
        inside = false;
        size--;
        if (size === 0) for (const wake of [...waiting]) wake();
      };
    },
    idle(signal) {
      if (size === 0 || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    },
  };
}
