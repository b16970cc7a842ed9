// How does a test let a minute pass without waiting for it?
import type { Clock } from '../clock.js';

export interface ManualClock extends Clock {
  /** How many sleepers wait now. */
  readonly sleeping: number;
  /**
   * Moves time forward, waking each sleeper at its own moment and letting what it wakes run (and sleep again)
   * before time goes on. Waits for promises, not for sockets: after real network calls, poll for their effect.
   */
  advance(ms: number): Promise<void>;
}

interface Sleeper {
  at: number;
  wake(): void;
}

/** Rounds of the event loop given to whatever was woken, before time goes on. */
const SETTLE_ROUNDS = 4;

/** A clock that stands still until it is told to move. */
export function createManualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let time = start;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => time,
    get sleeping() {
      return sleepers.size;
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason);
          return;
        }
        const abort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          at: time + Math.max(ms, 0),
          wake() {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        sleepers.add(sleeper);
      }),
    async advance(ms) {
      const end = time + ms;
      await settle();
      for (;;) {
        const next = [...sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        time = Math.max(time, next.at);
        next.wake();
        await settle();
      }
      time = end;
      await settle();
    },
  };
}

async function settle(): Promise<void> {
  for (let round = 0; round < SETTLE_ROUNDS; round++) await new Promise((resolve) => setImmediate(resolve));
}
