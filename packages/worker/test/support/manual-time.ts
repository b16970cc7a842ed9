// A worker whose hours pass when the test says so: no test waits for the end of keys, and none can be too slow for it.
import type { WorkerDeps } from '../../src/app.js';

export interface ManualTime {
  deps: Pick<WorkerDeps, 'monotonicMs' | 'schedule'>;
  /** What is planned within so many milliseconds happens now, in its order. */
  pass(ms: number): void;
  /** The worker's clock goes forward. */
  jump(ms: number): void;
}

export function manualTime(): ManualTime {
  let passed = 0;
  let ahead = 0;
  let planned: { at: number; task: () => void }[] = [];
  return {
    deps: {
      monotonicMs: () => performance.now() + ahead,
      schedule(afterMs, task) {
        const entry = { at: passed + Math.max(0, afterMs), task };
        planned.push(entry);
        return () => {
          planned = planned.filter((other) => other !== entry);
        };
      },
    },
    pass(ms) {
      passed += ms;
      const due = planned.filter(({ at }) => at <= passed).sort((a, b) => a.at - b.at);
      planned = planned.filter(({ at }) => at > passed);
      for (const { task } of due) task();
    },
    jump(ms) {
      ahead += ms;
    },
  };
}
