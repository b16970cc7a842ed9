// Does everybody get their turn, whatever others do, and is the number they are told true?
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJob, type HeldJob } from './create-job.js';
import { createFairLine } from './fair-line.js';

let made = 0;
function hold(user: number, touched: () => void = () => undefined): HeldJob {
  const { job, ...rest } = createJob({
    id: `job-${made++}`,
    user,
    chat: user,
    draftId: 1,
    queuedAt: 0,
    run: async () => undefined,
    position: () => 0,
    onStop: () => undefined,
  });
  return {
    ...rest,
    get job() {
      touched();
      return job;
    },
  };
}

type Step = { what: 'come' | 'begin' | 'end' | 'leave'; who: number };
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('come', 'come', 'begin', 'begin', 'end', 'leave'),
  who: fc.nat(5),
});

describe('fair line', () => {
  test('in every order of coming, beginning, ending and leaving: first jobs first, own jobs in order, true numbers', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const line = createFairLine();
        const running: HeldJob[] = [];
        const runs = (user: number) => running.filter(({ job }) => job.user === user).length;
        /** As told to each one who waits: what it comes after of its own person's. */
        let waiting: { held: HeldJob; after: number }[] = [];
        const gone = (held: HeldJob | undefined) => {
          waiting = waiting.filter((one) => one.held !== held);
        };
        for (const { what, who } of steps) {
          if (what === 'come') {
            const own = waiting.filter(({ held }) => held.job.user === who);
            const held = hold(who);
            line.push(held, runs(who));
            waiting.push({ held, after: Math.max(own.length + runs(who), own.at(-1)?.after ?? 0) });
          } else if (what === 'begin') {
            const free = waiting.filter(({ held }) => runs(held.job.user) === 0);
            const least = Math.min(...free.map(({ after }) => after));
            const taken = line.take((user) => runs(user) === 0);
            // Of those who may: the fewest own jobs before it, and then who came first.
            expect(taken).toBe(free.find(({ after }) => after === least)?.held);
            if (taken !== undefined) running.push(taken);
            gone(taken);
          } else if (what === 'end') running.splice(0, 1);
          else {
            const left = waiting[who % Math.max(1, waiting.length)]?.held;
            expect(line.remove(left?.job.id ?? 'nobody')).toBe(left);
            gone(left);
          }
          const inOrder = [...waiting].sort((a, b) => a.after - b.after);
          expect(inOrder.map(({ held }) => line.position(held.job.id))).toEqual(
            inOrder.map((_, index) => index + 1),
          );
          expect(line.size).toBe(waiting.length);
          expect(line.of(who)).toEqual(
            waiting.filter(({ held }) => held.job.user === who).map(({ held }) => held),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a job does not wait for ever while new people keep coming', () => {
    const line = createFairLine();
    const second = hold(0);
    line.push(second, 1);
    let others = 0;
    for (let user = 1; ; user++) {
      line.push(hold(user), 0);
      if (line.take(() => true) === second) break;
      others++;
      expect(others).toBeLessThanOrEqual(10_000);
    }
    expect(others).toBe(10_000);
  });

  test('a number is told without looking at everybody: n people who come, ask and go cost about n, not n times n', () => {
    const cost = (people: number): number => {
      let touched = 0;
      const line = createFairLine();
      const jobs = Array.from({ length: people }, (_, user) => hold(user, () => touched++));
      const ids = jobs.map(({ job }) => job.id);
      for (const held of jobs) line.push(held, 0);
      for (const id of ids) line.position(id);
      for (const id of ids.slice(0, people / 4)) line.remove(id);
      while (line.take(() => true) !== undefined);
      return touched / people;
    };
    expect(cost(8_000)).toBeLessThan(cost(500) * 1.1);
  });

  test('what has left is not kept', () => {
    const line = createFairLine();
    const stuck = hold(0);
    line.push(stuck, 0);
    for (let user = 1; user < 20_000; user++) {
      const held = hold(user);
      line.push(held, 0);
      line.remove(held.job.id);
    }
    line.push(hold(1), 0);
    expect(line.all()).toHaveLength(2);
    expect([line.size, line.position(stuck.job.id)]).toEqual([2, 1]);
  });
});
