// How does the worker wait for a moment that may be far away?

/** Calls `task` once after so many milliseconds, unless what it returned is called before. */
export type Schedule = (afterMs: number, task: () => void) => () => void;

const MAX_TIMER_MS = 2 ** 31 - 1;

export const schedule: Schedule = (afterMs, task) => {
  const timer = setTimeout(task, Math.min(MAX_TIMER_MS, Math.max(0, afterMs)));
  return () => clearTimeout(timer);
};
