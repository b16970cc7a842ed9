// How does a job go from waiting to its end? One step at a time, each announced, none twice.
import { CocoonError } from '@cocoonkit/sdk';
import type { Job, JobState, StopReason } from './job.js';

/** A job as its queue sees it. */
export interface HeldJob {
  readonly job: Job;
  readonly run: (job: Job) => Promise<void>;
  readonly queuedAt: number;
  /** @returns false if it had ended already */
  move(state: JobState, error?: unknown): boolean;
}

export interface CreateJobOptions {
  id: string;
  user: number;
  chat: number;
  draftId: number;
  queuedAt: number;
  run: (job: Job) => Promise<void>;
  position: (job: Job) => number;
  /** Called when the job is asked to stop, before its signal is aborted. */
  onStop: (job: Job) => void;
}

export function createJob({
  id,
  user,
  chat,
  draftId,
  queuedAt,
  run,
  position,
  onStop,
}: CreateJobOptions): HeldJob {
  const controller = new AbortController();
  const listeners = new Set<(state: JobState) => void>();
  let state: JobState = 'queued';
  let stopReason: StopReason | undefined;
  let error: unknown;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const ended = () => state !== 'queued' && state !== 'running';

  const job: Job = {
    id,
    user,
    chat,
    draftId,
    finished,
    signal: controller.signal,
    get state() {
      return state;
    },
    get position() {
      return state === 'queued' ? position(job) : 0;
    },
    get stopReason() {
      return stopReason;
    },
    get error() {
      return error;
    },
    stop(reason) {
      if (ended() || stopReason !== undefined) return;
      stopReason = reason;
      onStop(job);
      controller.abort(stopped(reason));
    },
    on(_, listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    job,
    run,
    queuedAt,
    move(next, cause) {
      if (ended()) return false;
      state = next;
      error = cause;
      for (const listener of [...listeners]) announce(listener, next);
      if (ended()) finish();
      return true;
    },
  };
}

/** A listener that throws must not keep the queue from going on. */
function announce(listener: (state: JobState) => void, state: JobState): void {
  try {
    listener(state);
  } catch {
    // Whoever listens has an error boundary of its own.
  }
}

function stopped(reason: StopReason): CocoonError {
  return new CocoonError({
    kind: 'aborted',
    code: 'JOB_STOPPED',
    message: `The job was stopped (${reason}).`,
    remedy: 'Nothing is wrong: show what exists and end.',
    details: { reason },
  });
}
