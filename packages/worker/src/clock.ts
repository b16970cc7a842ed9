// What time is it, inside a machine whose host may lie about it?
import type { Beacon } from '@cocoonkit/sdk/protocol';
import { workerError } from './worker-error.js';

export interface WorkerClock {
  /** Time of the newest block seen plus what has passed since. @throws CocoonError `CLOCK_NOT_SET` */
  now(): Date;
  /** @throws CocoonError `CLOCK_NOT_SET` before the first block */
  newestBeacon(): Beacon;
  /** Takes a block over if it is newer than the last one. */
  observe(beacon: Beacon): void;
}

/**
 * `monotonicMs` never jumps. `hostTime` is the host's clock and believed only until the first block arrives; pass it on
 * local networks alone.
 */
export function createClock(options: {
  monotonicMs: () => number;
  hostTime?: Date | undefined;
}): WorkerClock {
  const { monotonicMs, hostTime } = options;
  let beacon: Beacon | undefined;
  let base = hostTime?.getTime();
  let baseAt = monotonicMs();
  return {
    now() {
      if (base === undefined) throw notSet();
      return new Date(base + (monotonicMs() - baseAt));
    },
    newestBeacon() {
      if (beacon === undefined) throw notSet();
      return beacon;
    },
    observe(next) {
      if (beacon !== undefined && next.seqno <= beacon.seqno) return;
      beacon = next;
      base = next.utime * 1000;
      baseAt = monotonicMs();
    },
  };
}

function notSet(): Error {
  return workerError({
    kind: 'network',
    code: 'CLOCK_NOT_SET',
    message: 'No block of the network has been seen yet, so the worker does not know the time.',
    remedy: 'Check that the registry and its beacon address are reachable from this machine.',
  });
}
