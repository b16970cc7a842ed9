// Who keeps a stream waiting, and for how long already? Whoever owes the next step and does not take it is given up.

/** Watches are looked at this often, all together. */
const SWEEP_MS = 1_000;

export interface SilenceWatch {
  /** Something came, or somebody else's turn began: the time starts anew. */
  restart(): void;
  /** Nobody owes anything for now. */
  rest(): void;
  /** Ends the watch. */
  stop(): void;
}

export class SilenceWatches {
  readonly #limitMs: number;
  readonly #monotonicMs: () => number;
  readonly #running = new Map<SilenceWatch, { since: number; onSilence: () => void }>();
  readonly #timer: NodeJS.Timeout;

  /** `monotonicMs` never jumps. */
  constructor(options: { limitMs: number; monotonicMs: () => number }) {
    this.#limitMs = options.limitMs;
    this.#monotonicMs = options.monotonicMs;
    // What arrived while this process itself stood still is read before anybody is blamed.
    this.#timer = setInterval(() => setImmediate(() => this.#sweep()), SWEEP_MS);
    this.#timer.unref();
  }

  /** Calls `onSilence` each time the limit has passed since `restart`, and as long as nobody rests or stops. */
  watch(onSilence: () => void): SilenceWatch {
    let over = false;
    const watch: SilenceWatch = {
      restart: () => {
        if (over) return;
        const entry = this.#running.get(watch);
        if (entry !== undefined) entry.since = this.#monotonicMs();
        else this.#running.set(watch, { since: this.#monotonicMs(), onSilence });
      },
      rest: () => void this.#running.delete(watch),
      stop: () => {
        over = true;
        this.#running.delete(watch);
      },
    };
    return watch;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sweep(): void {
    const now = this.#monotonicMs();
    for (const entry of [...this.#running.values()]) {
      if (now - entry.since < this.#limitMs) continue;
      entry.since = now;
      entry.onSilence();
    }
  }
}
