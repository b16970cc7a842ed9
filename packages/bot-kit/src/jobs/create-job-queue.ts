// Who works while the bot already listens again? Jobs run apart from the middleware, in fair turns, within limits.
import { CocoonError } from '@cocoonkit/sdk';
import { type Clock, systemClock } from '../clock.js';
import { createJob, type HeldJob } from './create-job.js';
import { createFairLine } from './fair-line.js';
import type { Job, JobEvent, StopReason } from './job.js';
import { JOB_LIMITS, type JobLimits } from './job-limits.js';
import { createSeenUpdates } from './seen-updates.js';

export interface JobQueueOptions {
  limits?: Partial<JobLimits> | undefined;
  clock?: Clock | undefined;
  random?: ((bytes: number) => Uint8Array) | undefined;
  onEvent?: ((event: JobEvent) => void) | undefined;
}

export interface StartOptions {
  user: number;
  chat: number;
  /** Of the update that asks for the work. The same one again gives the same job and runs nothing. */
  updateId?: number | undefined;
  /** Of further updates that became part of it: messages that were joined. Any of them again gives the same job, too. */
  updateIds?: readonly number[] | undefined;
  /** The work. What it throws makes the job `failed`; nothing escapes. */
  run(job: Job): Promise<void>;
}

export interface JobQueue {
  readonly running: number;
  readonly waiting: number;
  /**
   * Queues the work and returns at once, so that the bot can read the next update: perhaps the one that stops this.
   * @throws CocoonError kind `network`: `JOBS_USER_FULL`, `JOBS_FULL`, `JOBS_CLOSED`
   */
  start(options: StartOptions): Job;
  find(id: string): Job | undefined;
  /** What this update started, in the last 24 hours; also when it has ended. */
  ofUpdate(updateId: number): Job | undefined;
  /** Of an update `stopped_message_generation`: both numbers must fit. */
  findByDraft(chat: number, draftId: number): Job | undefined;
  /** Jobs of a person that have not ended, oldest first; in one chat, if given. */
  jobsOf(user: number, chat?: number): Job[];
  /** Stops everything, takes nothing more, and resolves when all has ended (at the latest after the grace time). */
  stopAll(reason: StopReason): Promise<void>;
}

const ID_BYTES = 8;
const webRandom = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

export function createJobQueue(options: JobQueueOptions = {}): JobQueue {
  const limits: JobLimits = { ...JOB_LIMITS, ...options.limits };
  const clock = options.clock ?? systemClock;
  const random = options.random ?? webRandom;
  const emit = (event: JobEvent) => {
    try {
      options.onEvent?.(event);
    } catch {
      // Counting must not stop the work.
    }
  };
  const line = createFairLine();
  const seen = createSeenUpdates({ ...limits, now: () => clock.now() });
  const active = new Map<string, HeldJob>();
  let lastDraft = draftStart(random);
  let closed = false;

  const runningOf = (user: number) => [...active.values()].filter(({ job }) => job.user === user).length;

  function dispatch(): void {
    while (active.size < limits.runningPerProcess) {
      const held = line.take((user) => runningOf(user) < limits.runningPerUser);
      if (held === undefined) return;
      active.set(held.job.id, held);
      emit({ type: 'job.started', waitedMs: clock.now() - held.queuedAt, running: active.size });
      void runOne(held);
    }
  }

  async function runOne(held: HeldJob): Promise<void> {
    const { job } = held;
    const startedAt = clock.now();
    held.move('running');
    const watch = new AbortController();
    const work = (async () => held.run(job))();
    const outcome = await Promise.race([
      work.then(
        () => ({
          state: job.stopReason === undefined ? ('done' as const) : ('stopped' as const),
          error: undefined,
        }),
        (error: unknown) => ({
          state: job.stopReason === undefined ? ('failed' as const) : ('stopped' as const),
          error,
        }),
      ),
      overdue(job, watch.signal),
    ]);
    watch.abort();
    active.delete(job.id);
    held.move(outcome.state, outcome.state === 'failed' ? outcome.error : undefined);
    emit({
      type: 'job.ended',
      state: outcome.state,
      ranMs: clock.now() - startedAt,
      code: outcome.state === 'failed' ? codeOf(outcome.error) : job.stopReason,
    });
    dispatch();
  }

  /** Stops a job that runs too long; settles when a stopped job has used up its grace. */
  async function overdue(job: Job, over: AbortSignal): Promise<{ state: 'stopped'; error: undefined }> {
    const never = new Promise<never>(() => {});
    const limit = AbortSignal.any([over, job.signal]);
    await clock.sleep(limits.maxRunMs, limit).catch(() => {});
    if (over.aborted) return never;
    job.stop('timeout');
    await clock.sleep(limits.graceMs, over).catch(() => {});
    return over.aborted ? never : { state: 'stopped', error: undefined };
  }

  function onStop(job: Job): void {
    const held = line.remove(job.id);
    if (held === undefined) return;
    // It never ran: nobody else would end it.
    held.move('stopped');
    emit({ type: 'job.ended', state: 'stopped', ranMs: 0, code: job.stopReason });
  }

  function refuse(code: 'JOBS_USER_FULL' | 'JOBS_FULL' | 'JOBS_CLOSED', message: string): CocoonError {
    emit({ type: 'job.refused', code });
    return new CocoonError({
      kind: 'network',
      code,
      message,
      remedy: 'Nothing was sent. Try again in a moment.',
    });
  }

  const open = () => [...active.values(), ...line.all()].map(({ job }) => job);
  const runsOrWaits = (user: number) =>
    [...[...active.values()].filter(({ job }) => job.user === user), ...line.of(user)].map(({ job }) => job);

  return {
    get running() {
      return active.size;
    },
    get waiting() {
      return line.size;
    },
    start({ user, chat, updateId, updateIds = [], run }) {
      const updates = new Set(updateId === undefined ? updateIds : [updateId, ...updateIds]);
      const [known] = [...updates].flatMap((id) => seen.find(id) ?? []);
      if (known !== undefined) {
        emit({ type: 'job.duplicate' });
        return known;
      }
      if (closed) throw refuse('JOBS_CLOSED', 'The bot is shutting down.');
      if (line.waitingOf(user) >= limits.queuedPerUser)
        throw refuse('JOBS_USER_FULL', `More than ${limits.queuedPerUser} jobs of one person wait.`);
      if (line.size >= limits.queuedPerProcess)
        throw refuse('JOBS_FULL', `More than ${limits.queuedPerProcess} jobs wait.`);
      lastDraft = (lastDraft % 0x7fffffff) + 1;
      const held = createJob({
        id: base64url(random(ID_BYTES)),
        user,
        chat,
        draftId: lastDraft,
        queuedAt: clock.now(),
        run,
        position: (job) => line.position(job.id),
        onStop,
      });
      for (const id of updates) seen.add(id, held.job);
      line.push(held, runningOf(user));
      emit({ type: 'job.queued', waiting: line.size });
      // After the caller has its job: whoever listens to it hears of every state.
      queueMicrotask(dispatch);
      return held.job;
    },
    ofUpdate: (updateId) => seen.find(updateId),
    find: (id) => (active.get(id) ?? line.find(id))?.job,
    findByDraft: (chat, draftId) => open().find((job) => job.chat === chat && job.draftId === draftId),
    jobsOf: (user, chat) => runsOrWaits(user).filter((job) => chat === undefined || job.chat === chat),
    async stopAll(reason) {
      closed = true;
      const jobs = open();
      for (const job of jobs) job.stop(reason);
      await Promise.all(jobs.map(({ finished }) => finished));
    },
  };
}

/** Not always 1: a draft of the process before this one may still be on a screen. */
function draftStart(random: (bytes: number) => Uint8Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = random(4);
  return (((a & 0x7f) << 24) | (b << 16) | (c << 8) | d) % 0x7fffffff;
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Only a code: messages of strange errors may hold what a person wrote. */
function codeOf(error: unknown): string {
  return error instanceof CocoonError ? error.code : 'UNEXPECTED';
}
