// When does the worker change its keys, and how long are old ones kept?

import type { WorkerClock } from './clock.js';
import type { WorkerLog } from './log.js';
import type { Epoch } from './make-epoch.js';
import type { Schedule } from './schedule.js';
import type { Timing } from './timing.js';
import { codeOf } from './worker-error.js';

/** A failed change of keys is tried again after this, as long as the old ones live. */
const RETRY_MS = 5_000;

export interface Identity {
  /** Live epochs, newest last. */
  readonly epochs: readonly Epoch[];
  /** Makes new keys now, for example because prices changed. */
  rotate(): Promise<void>;
  stop(): void;
}

export interface IdentityOptions {
  make: () => Promise<Epoch>;
  clock: WorkerClock;
  timing: Pick<Timing, 'overlapSeconds' | 'jitterSeconds'>;
  /** 0 <= x < 1 */
  jitter: () => number;
  schedule: Schedule;
  log: WorkerLog;
  /** Called with each new epoch; `ended` fires when its manifest ends, and its keys are forgotten then. */
  onEpoch: (epoch: Epoch, ended: AbortSignal) => void;
}

/** Makes the first epoch before it returns. @throws CocoonError `QUOTE_UNAVAILABLE`, `CLOCK_NOT_SET` */
export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { clock, timing, log, schedule } = options;
  const live = new Map<Epoch, { end: AbortController; cancel: () => void }>();
  let epochs: readonly Epoch[] = [];
  let cancelNext = (): void => undefined;
  let stopped = false;

  const forget = (epoch: Epoch): void => {
    const entry = live.get(epoch);
    if (entry === undefined) return;
    live.delete(epoch);
    entry.cancel();
    epochs = [...live.keys()];
    entry.end.abort();
  };

  const rotate = async (): Promise<void> => {
    const epoch = await options.make();
    if (stopped) return;
    const endsIn = epoch.manifest.notAfter * 1000 - clock.now().getTime();
    const end = new AbortController();
    live.set(epoch, { end, cancel: schedule(endsIn, () => forget(epoch)) });
    epochs = [...live.keys()];
    const early = (timing.overlapSeconds + options.jitter() * timing.jitterSeconds) * 1000;
    plan(endsIn - early);
    log.write({ event: 'epoch', machine: Buffer.from(epoch.digest.subarray(0, 8)).toString('hex') });
    options.onEpoch(epoch, end.signal);
  };

  const plan = (afterMs: number): void => {
    cancelNext();
    cancelNext = schedule(afterMs, () => {
      rotate().catch((error: unknown) => {
        log.write({ event: 'epoch-failed', code: codeOf(error) });
        if (!stopped) plan(RETRY_MS);
      });
    });
  };

  await rotate();
  return {
    get epochs() {
      return epochs;
    },
    rotate,
    stop() {
      stopped = true;
      cancelNext();
      for (const epoch of [...live.keys()]) forget(epoch);
    },
  };
}
