// Has this update been here before? Telegram delivers again whatever it was not sure had arrived.
import type { Job } from './job.js';

export interface SeenUpdates {
  find(updateId: number): Job | undefined;
  add(updateId: number, job: Job): void;
}

export function createSeenUpdates({
  rememberMs,
  remembered,
  now,
}: {
  rememberMs: number;
  remembered: number;
  now: () => number;
}): SeenUpdates {
  const seen = new Map<number, { job: Job; at: number }>();
  const sweep = () => {
    for (const [id, { at }] of seen) {
      if (seen.size <= remembered && at > now() - rememberMs) return;
      seen.delete(id);
    }
  };
  return {
    find(updateId) {
      sweep();
      return seen.get(updateId)?.job;
    },
    add(updateId, job) {
      seen.set(updateId, { job, at: now() });
      sweep();
    },
  };
}
