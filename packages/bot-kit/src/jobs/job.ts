// What is one piece of work for a person? It waits, runs, can be stopped at any time, and always ends.

export type JobState = 'queued' | 'running' | 'done' | 'stopped' | 'failed';

/** Why a job was stopped: `user` pressed stop, `shutdown` the bot restarts, `timeout` it took too long. */
export type StopReason = 'user' | 'shutdown' | 'timeout' | 'forgotten';

export interface Job {
  /** Random, 11 characters of base64url: fits into the data of a button. */
  readonly id: string;
  readonly user: number;
  readonly chat: number;
  /** For `sendMessageDraft`: positive, 31 bits, unlike those of other jobs. Its stop button names this job. */
  readonly draftId: number;
  readonly state: JobState;
  /** 1 = next, while queued; 0 otherwise. */
  readonly position: number;
  readonly stopReason: StopReason | undefined;
  /** What `run` threw, when the state is `failed`. */
  readonly error: unknown;
  /** Aborted as soon as the job is stopped: pass it to everything that waits or costs. */
  readonly signal: AbortSignal;
  /** Resolves when the job has ended, however it ended. Never rejects. */
  readonly finished: Promise<void>;
  /** Ends the job: at once if it waits, by `signal` if it runs. Later calls change nothing. */
  stop(reason: StopReason): void;
  /** @returns what takes the listener off again */
  on(event: 'state', listener: (state: JobState) => void): () => void;
}

/** Numbers and codes only: never text, names or ids of people. */
export type JobEvent =
  | { type: 'job.queued'; waiting: number }
  | { type: 'job.started'; waitedMs: number; running: number }
  | { type: 'job.ended'; state: 'done' | 'stopped' | 'failed'; ranMs: number; code?: string | undefined }
  /** The same update came again; it was not run again. */
  | { type: 'job.duplicate' }
  | { type: 'job.refused'; code: string };
