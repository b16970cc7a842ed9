// Two hundred people at once, one of them with far too much: does everybody get their own answer in their turn, and is what they are told true?
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { chat } from '../src/features/chat.js';
import type { Person } from '../src/testing/index.js';
import { type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';
import type { Asked } from './support/open-model.js';

const PEOPLE = 200;
const AT_ONCE = 8;
/** Of one person: one runs, five wait. */
const ACCEPTED = 6;

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** Answers wait until the test lets them go on. */
function gates() {
  const held = new Map<string, () => void>();
  let open = false;
  return {
    held,
    async *script({ user }: Asked) {
      if (!open) await new Promise<void>((go) => held.set(user, go));
      yield `answer to ${user}.`;
    },
    /** One of those that wait, by number. */
    release(which: number) {
      const names = [...held.keys()];
      const name = names[which % names.length];
      if (name === undefined) return;
      held.get(name)?.();
      held.delete(name);
    },
    releaseAll() {
      open = true;
      for (const go of held.values()) go();
      held.clear();
    },
  };
}

interface Crowd extends OpenBot {
  readonly people: readonly Person[];
  readonly hold: ReturnType<typeof gates>;
  /** Whose job began, in order; what was wrong when it did. */
  readonly began: number[];
  readonly wrong: string[];
}

async function gather(count: number, options: OpenBotOptions['options'] = {}): Promise<Crowd> {
  const hold = gates();
  const began: number[] = [];
  const wrong: string[] = [];
  const people: Person[] = [];
  const seen = new Set<string>();
  const limits = { waitingJobs: 400, ...options.limits };
  world = await openBot({
    features: [chat()],
    script: hold.script,
    options: {
      ...options,
      limits,
      onEvent({ type }) {
        if (type !== 'job-started' || world === undefined) return;
        const { jobs } = world.ai;
        if (jobs.running > AT_ONCE) wrong.push(`${jobs.running} run`);
        if (jobs.waiting > limits.waitingJobs) wrong.push(`${jobs.waiting} wait`);
        for (const [index, { id }] of people.entries()) {
          const running = jobs.jobsOf(id).filter(({ state }) => state === 'running');
          if (running.length > 1) wrong.push(`${running.length} jobs of ${index} run`);
          for (const job of running) {
            if (seen.has(job.id)) continue;
            seen.add(job.id);
            const again = began.includes(index);
            began.push(index);
            const passedOver = people.findIndex(
              (other, at) => again && !began.includes(at) && jobs.jobsOf(other.id).length > 0,
            );
            if (passedOver >= 0) wrong.push(`${index} again before ${passedOver}`);
          }
        }
      },
    },
  });
  for (let index = 0; index < count; index++)
    people.push(world.emu.user({ first_name: `P${index}`, language_code: 'en' }));
  return { ...world, people, hold, began, wrong };
}

const times = (text: string, what: string): number => text.split(what).length - 1;

/** The numbers told, when nothing has ended yet: by how many of their own come before, then by who came first. */
function numbersToTell(order: readonly number[]): Map<number, number[]> {
  const own = new Map<number, number>();
  const waiting: number[] = [];
  const told = new Map<number, number[]>();
  let running = 0;
  for (const who of order) {
    const before = own.get(who) ?? 0;
    if (before >= ACCEPTED) continue;
    own.set(who, before + 1);
    if (before === 0 && running < AT_ONCE) {
      running++;
      continue;
    }
    const number = 1 + waiting.filter((other) => other <= before).length;
    waiting.push(before);
    told.set(who, [...(told.get(who) ?? []), number]);
  }
  return told;
}

function numbersTold(screen: string): number[] {
  return [...screen.matchAll(/You are (next|number (\d+))\./g)].map(([, , number]) => Number(number ?? 1));
}

test('in whatever order they come and end: one answer each, fair turns, true numbers, plain refusals, and only one’s own stop', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
      fc.boolean(),
      async (chance, early) => {
        const { people, hold, began, wrong, asked, emu, ai, network, errors } = await gather(PEOPLE);
        // Everybody asks, some ask three times, the first one nine times; all at once.
        const order = people.flatMap((_, who) =>
          Array<number>(who === 0 ? 9 : who % 10 === 1 ? 3 : 1).fill(who),
        );
        for (let at = order.length - 1; at > 0; at--) {
          const other = ((chance[at % chance.length] ?? 0) + at * 7919) % (at + 1);
          [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
        }
        const questions = new Map<number, string[]>();
        for (const who of order) {
          const own = questions.get(who) ?? [];
          questions.set(who, [...own, `q${who}-${own.length}`]);
          people[who]?.send(`q${who}-${own.length}`);
        }
        const total = [...questions.values()].reduce(
          (sum, { length }) => sum + Math.min(length, ACCEPTED),
          0,
        );
        let turn = 0;
        let stoppers: number[] = [];
        if (early) {
          // Some end while others still come.
          while (ai.jobs.running + ai.jobs.waiting + began.length < total / 2) {
            hold.release(chance[turn++ % chance.length] ?? 0);
            await new Promise((resolve) => setImmediate(resolve));
          }
        }
        await emu.settled();
        if (!early) {
          await emu.waitFor(() => hold.held.size === AT_ONCE);
          expect([ai.jobs.running, ai.jobs.waiting]).toEqual([AT_ONCE, total - AT_ONCE]);
          for (const [who, numbers] of numbersToTell(order))
            expect([who, numbersTold(people[who]?.screen() ?? '')]).toEqual([who, numbers]);
          // One whose answer is being written and one who waits think better of it.
          const running = began.find((who) => questions.get(who)?.length === 1) ?? -1;
          const waiting = order.find((who) => questions.get(who)?.length === 1 && !began.includes(who)) ?? -1;
          stoppers = [running, waiting];
          for (const who of stoppers) {
            people[who]?.send('/stop');
            await people[who]?.sees('Stopped.');
          }
          // The one who waited is gone, and another has the place of the one who ran.
          await emu.waitFor(() => ai.jobs.waiting === total - AT_ONCE - 2);
        }
        const ended = () => ai.jobs.running === 0 && ai.jobs.waiting === 0 && network.running === 0;
        await emu.waitFor(() => {
          hold.release(chance[turn++ % chance.length] ?? 0);
          return ended();
        });
        await emu.settled();

        // Early, somebody whose answers have all ended may be first again.
        expect(early ? wrong.filter((what) => !what.includes('again')) : wrong).toEqual([]);
        expect(errors).toEqual([]);
        for (const [who, own] of questions) {
          const screen = people[who]?.screen() ?? '';
          for (const [index, question] of own.entries())
            if (stoppers.includes(who)) expect(screen).not.toContain(`answer to ${question}.`);
            else if (!early && index < ACCEPTED) expect(times(screen, `answer to ${question}.`)).toBe(1);
            else expect(times(screen, `answer to ${question}.`)).toBeLessThanOrEqual(1);
          // Each request was answered or refused in words, never both, never neither.
          const refused = times(screen, 'That is a lot at once.');
          expect([who, times(screen, 'Bot: answer to') + refused]).toEqual([
            who,
            stoppers.includes(who) ? 0 : own.length,
          ]);
          expect(screen).not.toContain('Thinking…');
        }
        const flood = people[0]?.screen() ?? '';
        if (!early) expect(times(flood, 'That is a lot at once.')).toBe(9 - ACCEPTED);
        // Only what was answered was asked, once; whoever stopped in the line was never sent to a machine.
        const answered = people.reduce((sum, one) => sum + times(one.screen(), 'Bot: answer to'), 0);
        expect(new Set(asked.map(({ user }) => user)).size).toBe(asked.length);
        expect(asked).toHaveLength(answered + (early ? 0 : 1));
        // Stopped before its first word: nothing was used, and nothing is charged.
        expect(network.charges).toHaveLength(answered);
        // And of them nothing is left.
        for (const { id } of people) expect(ai.jobs.jobsOf(id)).toEqual([]);
        await world?.close();
        world = undefined;
      },
    ),
    {
      numRuns: 3,
      examples: [
        [Array<number>(40).fill(3), false],
        [Array<number>(40).fill(5), true],
      ],
      endOnFailure: true,
    },
  );
});

test('limits of a person and of the process: refused in plain words, and nothing of it is sent', async () => {
  const { people, hold, asked, emu, ai } = await gather(12, {
    limits: { jobsPerProcess: 2, waitingJobs: 4, requestsPerMinute: 8 },
  });
  const [flood, ...others] = people;
  for (let index = 0; index < 10; index++) flood?.send(`flood ${index}`);
  await emu.settled();
  // One runs, four wait: the line is full before the person's own five are.
  expect([ai.jobs.running, ai.jobs.waiting]).toEqual([1, 4]);
  const screen = flood?.screen() ?? '';
  expect(times(screen, 'Too many people are asking right now. Try again in a few minutes.')).toBe(3);
  expect(times(screen, 'That is a lot at once. Wait a minute, then send the next one.')).toBe(2);
  // A full line is full for everybody; nobody is told a number for what does not wait.
  for (const one of others) one.send('me too');
  await emu.settled();
  for (const one of others) {
    expect(one.screen()).toContain('Too many people are asking right now.');
    expect(one.screen()).not.toContain('You are');
  }
  hold.releaseAll();
  await emu.waitFor(() => ai.jobs.running + ai.jobs.waiting === 0);
  expect(asked.map(({ user }) => user)).toEqual([0, 1, 2, 3, 4].map((index) => `flood ${index}`));
});
