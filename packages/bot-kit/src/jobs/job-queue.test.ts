// Do jobs run apart from whoever started them, in fair turns, within limits, and do they always end?
import { CocoonError } from '@cocoonkit/sdk';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../testing/manual-clock.js';
import { createJobQueue } from './create-job-queue.js';
import type { Job, JobEvent } from './job.js';

/** Work that ends when it is told to. */
function gate() {
  let open = () => {};
  let fail = (_: unknown) => {};
  const ended = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { open: () => open(), fail: (error: unknown) => fail(error), run: () => ended };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Work that runs until it is stopped. */
const untilStopped = (job: Job) =>
  new Promise<void>((_, reject) => job.signal.addEventListener('abort', () => reject(job.signal.reason)));

describe('job queue', () => {
  it('runs one job of a person at a time, and people in turns', async () => {
    const order: string[] = [];
    const gates = new Map<string, ReturnType<typeof gate>>();
    const queue = createJobQueue({ limits: { runningPerProcess: 1 } });
    const start = (user: number, name: string) => {
      const work = gate();
      gates.set(name, work);
      return queue.start({
        user,
        chat: user,
        run: () => {
          order.push(name);
          return work.run();
        },
      });
    };
    const jobs = [
      start(1, 'a1'),
      start(1, 'a2'),
      start(1, 'a3'),
      start(2, 'b1'),
      start(3, 'c1'),
      start(2, 'b2'),
    ];
    await turn();
    expect(jobs.map(({ state }) => state)).toEqual(['running', ...Array<string>(5).fill('queued')]);
    // b1, c1, a2, b2, a3 would follow.
    expect(jobs.map(({ position }) => position)).toEqual([0, 3, 5, 1, 2, 4]);
    for (const name of ['a1', 'b1', 'c1', 'a2', 'b2', 'a3']) {
      await turn();
      gates.get(name)?.open();
    }
    await Promise.all(jobs.map(({ finished }) => finished));
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect(jobs.map(({ state }) => state)).toEqual(Array(6).fill('done'));
  });

  it('lets another person start while one has a job running, and never exceeds its limits', async () => {
    const queue = createJobQueue({ limits: { runningPerProcess: 3, runningPerUser: 1, queuedPerUser: 10 } });
    let running = 0;
    let most = 0;
    const perUser = new Map<number, number>();
    const jobs = Array.from({ length: 200 }, (_, index) =>
      queue.start({
        user: index % 40,
        chat: index,
        run: async ({ user }) => {
          running++;
          perUser.set(user, (perUser.get(user) ?? 0) + 1);
          most = Math.max(most, running);
          expect(perUser.get(user)).toBe(1);
          await turn();
          perUser.set(user, (perUser.get(user) ?? 0) - 1);
          running--;
        },
      }),
    );
    await Promise.all(jobs.map(({ finished }) => finished));
    expect(jobs.every(({ state }) => state === 'done')).toBe(true);
    expect(most).toBe(3);
    expect([queue.running, queue.waiting]).toEqual([0, 0]);
  });

  it('returns before the work begins, so that a listener hears of every state', async () => {
    const queue = createJobQueue();
    const states: string[] = [];
    const job = queue.start({ user: 1, chat: 1, run: async () => {} });
    job.on('state', (state) => states.push(state));
    job.on('state', () => {
      throw new Error('a bad listener');
    });
    expect(job.state).toBe('queued');
    await job.finished;
    expect(states).toEqual(['running', 'done']);
  });

  it('gives the same job for the same update for a day, and runs it once', async () => {
    const clock = createManualClock();
    const events: JobEvent[] = [];
    const queue = createJobQueue({ clock, onEvent: (event) => events.push(event) });
    let runs = 0;
    const start = () => queue.start({ user: 1, chat: 1, updateId: 77, run: async () => void runs++ });
    const job = start();
    await job.finished;
    await clock.advance(24 * 3_600_000 - 1);
    expect(start()).toBe(job);
    expect(runs).toBe(1);
    expect(events.at(-1)).toEqual({ type: 'job.duplicate' });
    await clock.advance(2);
    const again = start();
    expect(again).not.toBe(job);
    await again.finished;
    expect(runs).toBe(2);
  });

  it('belongs to every update that became part of it', async () => {
    const queue = createJobQueue({ limits: { queuedPerUser: 10 } });
    const start = (updateId: number, updateIds?: number[]) =>
      queue.start({ user: 1, chat: 1, updateId, updateIds, run: async () => {} });
    const job = start(1, [1, 2, 3]);
    expect([start(3), start(2), start(9, [8, 2]), start(1)]).toEqual([job, job, job, job]);
    expect(start(4)).not.toBe(job);
  });

  it('remembers no more updates than it may', async () => {
    const queue = createJobQueue({ limits: { remembered: 2, queuedPerUser: 10 } });
    const start = (updateId: number) => queue.start({ user: 1, chat: 1, updateId, run: async () => {} });
    const [first] = [start(1), start(2), start(3)];
    expect(start(1)).not.toBe(first);
  });

  it('stops a job that waits at once, without running it', async () => {
    const queue = createJobQueue({ limits: { runningPerProcess: 1 } });
    const work = gate();
    queue.start({ user: 1, chat: 1, run: work.run });
    let ran = false;
    const waiting = queue.start({
      user: 2,
      chat: 2,
      run: async () => {
        ran = true;
      },
    });
    await turn();
    waiting.stop('user');
    await waiting.finished;
    expect([waiting.state, waiting.stopReason, waiting.position, ran]).toEqual(['stopped', 'user', 0, false]);
    work.open();
    await turn();
    expect(ran).toBe(false);
  });

  it('stops a job that runs, by its signal; the first reason stands', async () => {
    const queue = createJobQueue();
    const job = queue.start({ user: 1, chat: 5, run: untilStopped });
    await turn();
    expect(queue.findByDraft(5, job.draftId)).toBe(job);
    expect(queue.findByDraft(6, job.draftId)).toBeUndefined();
    job.stop('user');
    job.stop('shutdown');
    await job.finished;
    expect([job.state, job.stopReason, job.error]).toEqual(['stopped', 'user', undefined]);
    expect(job.signal.reason).toMatchObject({
      kind: 'aborted',
      code: 'JOB_STOPPED',
      details: { reason: 'user' },
    });
    expect(queue.findByDraft(5, job.draftId)).toBeUndefined();
  });

  it('stops a job that takes too long, and takes its place away when it does not listen', async () => {
    const clock = createManualClock();
    const queue = createJobQueue({ clock, limits: { maxRunMs: 1_000, graceMs: 100, runningPerProcess: 1 } });
    const deaf = queue.start({ user: 1, chat: 1, run: () => new Promise(() => {}) });
    const next = queue.start({ user: 2, chat: 2, run: async () => {} });
    await clock.advance(999);
    expect(deaf.signal.aborted).toBe(false);
    await clock.advance(1);
    expect([deaf.signal.aborted, deaf.state]).toEqual([true, 'running']);
    await clock.advance(99);
    expect(next.state).toBe('queued');
    await clock.advance(1);
    await next.finished;
    expect([deaf.state, deaf.stopReason, next.state]).toEqual(['stopped', 'timeout', 'done']);
  });

  it.each([
    [
      'throws',
      (): Promise<void> => {
        throw new Error('secret 4711');
      },
      'UNEXPECTED',
    ],
    [
      'rejects',
      () =>
        Promise.reject(
          new CocoonError({ kind: 'network', code: 'PROXY_UNREACHABLE', message: 'm', remedy: 'r' }),
        ),
      'PROXY_UNREACHABLE',
    ],
  ])('work that %s makes its own job fail and nothing else', async (_, run, code) => {
    const events: JobEvent[] = [];
    const queue = createJobQueue({ onEvent: (event) => events.push(event) });
    const job = queue.start({ user: 1, chat: 1, run });
    await job.finished;
    expect(job.state).toBe('failed');
    expect(job.error).toBeInstanceOf(Error);
    expect(events.at(-1)).toMatchObject({ type: 'job.ended', state: 'failed', code });
    const next = queue.start({ user: 1, chat: 1, run: async () => {} });
    await next.finished;
    expect(next.state).toBe('done');
  });

  it('refuses more than may wait, with a code', async () => {
    const queue = createJobQueue({ limits: { queuedPerUser: 2, queuedPerProcess: 3, runningPerProcess: 1 } });
    const start = (user: number) => queue.start({ user, chat: user, run: untilStopped });
    start(1);
    await turn();
    start(1);
    start(1);
    expect(() => start(1)).toThrow(expect.objectContaining({ code: 'JOBS_USER_FULL' }));
    start(2);
    expect(() => start(2)).toThrow(expect.objectContaining({ code: 'JOBS_FULL' }));
    await queue.stopAll('shutdown');
    expect(() => start(3)).toThrow(expect.objectContaining({ code: 'JOBS_CLOSED' }));
  });

  it('ends everything at shutdown, and waits for it', async () => {
    const queue = createJobQueue({ limits: { runningPerProcess: 2 } });
    const saved: number[] = [];
    const jobs = [1, 2, 3, 4].map((user) =>
      queue.start({
        user,
        chat: user,
        run: async (job) => {
          await untilStopped(job).catch(() => {});
          await turn();
          saved.push(user);
        },
      }),
    );
    await turn();
    await queue.stopAll('shutdown');
    expect(jobs.map(({ state, stopReason }) => `${state} ${stopReason}`)).toEqual(
      Array(4).fill('stopped shutdown'),
    );
    expect(saved.sort()).toEqual([1, 2]);
  });

  it('finds the jobs of a person, by id and by chat, until they end', async () => {
    const queue = createJobQueue();
    const [a, b] = [10, 11].map((chat) => queue.start({ user: 1, chat, run: untilStopped }));
    expect(queue.jobsOf(1)).toEqual([a, b]);
    expect(queue.jobsOf(1, 11)).toEqual([b]);
    expect(queue.find(a?.id ?? '')).toBe(a);
    expect(a?.id).toMatch(/^[\w-]{11}$/);
    expect(a?.draftId).not.toBe(b?.draftId);
    await queue.stopAll('user');
    expect(queue.jobsOf(1)).toEqual([]);
  });

  it('makes draft ids that Telegram accepts, at the end of their range too', () => {
    const queue = createJobQueue({ random: (bytes) => new Uint8Array(bytes).fill(255) });
    const ids = [1, 2].map(() => queue.start({ user: 1, chat: 1, run: async () => {} }).draftId);
    expect(ids).toEqual([1, 2]);
    for (const id of ids) expect(id > 0 && id < 2 ** 31).toBe(true);
  });

  it('privacy: events hold no id of anybody', async () => {
    const events: JobEvent[] = [];
    const queue = createJobQueue({ onEvent: (event) => events.push(event) });
    const job = queue.start({
      user: 987_654_321,
      chat: -100_555_444_333,
      updateId: 123_454_321,
      run: async () => {
        throw new Error('my secret');
      },
    });
    await job.finished;
    expect(JSON.stringify(events)).not.toMatch(/987654321|100555444333|123454321|secret/);
    expect(events.map(({ type }) => type)).toEqual(['job.queued', 'job.started', 'job.ended']);
  });
});
