// What does every request of a worker share?
import type { Random } from '@cocoonkit/sdk/seal';
import type { AnswerStore } from './answer-store.js';
import type { WorkerClock } from './clock.js';
import type { Engine } from './engines/engine.js';
import type { WorkerLog } from './log.js';
import type { Outbox } from './outbox.js';
import type { RunningRequests } from './running-requests.js';
import type { Schedule } from './schedule.js';
import type { Slots } from './slots.js';
import type { Tally } from './tally.js';
import type { Timing } from './timing.js';

export interface WorkerParts {
  engine: Engine;
  /** The engine shares prefix caches only between requests with the same `cache_salt`. */
  cacheIsSalted: boolean;
  clock: WorkerClock;
  slots: Slots;
  running: RunningRequests;
  answers: AnswerStore;
  /** Answers on their way to a reader. */
  deliveries: Tally;
  outbox: Outbox;
  log: WorkerLog;
  timing: Timing;
  random: Random;
  /** Milliseconds that never jump. */
  monotonicMs: () => number;
  schedule: Schedule;
}
