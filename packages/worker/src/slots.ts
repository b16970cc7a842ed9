// How many requests run at once?

export interface Slots {
  readonly total: number;
  readonly running: number;
  /** Takes a slot and returns the function that gives it back (once), or nothing when all are taken. */
  take(): (() => void) | undefined;
  /** No slot is given out any more. */
  close(): void;
  onChange(listener: () => void): () => void;
}

export function createSlots(total: number): Slots {
  const listeners = new Set<() => void>();
  let running = 0;
  let closed = false;
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    total,
    get running() {
      return running;
    },
    take() {
      if (closed || running >= total) return undefined;
      running++;
      changed();
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        running--;
        changed();
      };
    },
    close() {
      closed = true;
      changed();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
