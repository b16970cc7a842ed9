// What time is it in the emulator? Nothing expires by itself: time moves only when the test says so.

/** What the emulator needs of a clock; any object with `now()` in Unix milliseconds will do. */
export interface EmulatorClock {
  now(): number;
}

/** A clock that stands still. It starts at the real time, so that a bot which drops old messages keeps them. */
export interface TickingClock extends EmulatorClock {
  /** Moves the time on. Drafts, button presses and invoices that are past their time are gone at once. */
  tick(milliseconds: number): void;
}

export function tickingClock(start: number = Date.now()): TickingClock {
  let now = start;
  return {
    now: () => now,
    tick(milliseconds) {
      if (!(milliseconds >= 0)) throw new RangeError('Time only moves on.');
      now += milliseconds;
    },
  };
}
