// What is said of a job that was stopped? Who or what stopped it decides.
import type { Job } from '../jobs/job.js';
import type { TextKey } from '../texts/say.js';

export function stoppedKey({ stopReason }: Pick<Job, 'stopReason'>): TextKey {
  if (stopReason === 'shutdown') return 'answer.restarting';
  return stopReason === 'timeout' ? 'error.timeout' : 'answer.stopped';
}
