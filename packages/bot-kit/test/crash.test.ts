// Killed at any moment and started again: is an answer ever lost, sent twice, or charged twice?
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../src/testing/index.js';
import { ENGLISH } from '../src/texts/english/index.js';
import { marksOf } from './support/crash-answers.js';
import { type Arm, buildCrashBot, type CrashWorld, openCrashWorld } from './support/crash-world.js';

let program: Awaited<ReturnType<typeof buildCrashBot>>;
let world: CrashWorld | undefined;
beforeAll(async () => {
  program = await buildCrashBot();
});
afterAll(() => program.remove());
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function open(): Promise<CrashWorld> {
  world = await openCrashWorld(program.path);
  return world;
}

interface Asked {
  readonly user: Person;
  readonly chat: number;
  readonly question: string;
  readonly screen: () => string;
  readonly press: (button: string) => void;
}

/** What Telegram carried out: messages with this text, sent or edited into one. */
function shown({ emu }: CrashWorld, { chat }: Asked, text: string): number {
  const sent = emu
    .callsOf('sendMessage')
    .filter(
      ({ code, parameters }) =>
        code === 200 && Number(parameters['chat_id']) === chat && String(parameters['text']).includes(text),
    ).length;
  return sent;
}

const edited = ({ emu }: CrashWorld, { chat }: Asked, text: string): boolean =>
  emu
    .callsOf('editMessageText')
    .some(
      ({ code, parameters }) =>
        code === 200 && Number(parameters['chat_id']) === chat && String(parameters['text']).includes(text),
    );

const counts = (life: CrashWorld, asked: Asked) =>
  marksOf(asked.question).map((mark) => shown(life, asked, mark) + (edited(life, asked, mark) ? 1 : 0));
const complete = (life: CrashWorld, asked: Asked) => counts(life, asked).every((count) => count > 0);
const again = (life: CrashWorld, asked: Asked) =>
  shown(life, asked, ENGLISH['restart.again']) + (edited(life, asked, ENGLISH['restart.again']) ? 1 : 0);
const doubt = (life: CrashWorld, asked: Asked) => shown(life, asked, ENGLISH['restart.doubt']);

async function charged(life: CrashWorld, { user }: Asked): Promise<number> {
  const kept = await life.vault().scope(`user:${user.id}`).get('budget');
  return Number(kept?.split(':')[1] ?? 0);
}

/** Nothing is open, and the person has the answer or knows that they have not. */
const settled = async (life: CrashWorld, asked: Asked): Promise<boolean> =>
  (complete(life, asked) || again(life, asked) + doubt(life, asked) > 0) && (await life.open()).length === 0;

/** Whatever happened to the process, this is true afterwards. `before`: what the person had used until then. */
async function check(life: CrashWorld, asked: Asked, tokens: number, before = 0): Promise<void> {
  const seen = {
    question: asked.question,
    parts: counts(life, asked),
    again: again(life, asked),
    doubt: doubt(life, asked),
  };
  const mine = life.atKills.filter(({ user }) => user === asked.user.id);
  const unsure = mine.some(({ step, leaving }) => step === 'sending' && leaving);
  const telling = mine.filter(({ step }) => step === 'telling').length;
  // No message is there twice.
  expect(Math.max(...seen.parts), JSON.stringify(seen)).toBeLessThanOrEqual(1);
  if (seen.again > 0) expect(Math.max(...seen.parts), JSON.stringify(seen)).toBe(0);
  if (!seen.parts.every((count) => count === 1))
    expect(seen.again + seen.doubt, JSON.stringify(seen)).toBeGreaterThan(0);
  // In doubt only where nobody can know; the sentence twice only where it was on its way at a kill.
  if (seen.doubt > 0) expect(unsure, JSON.stringify(seen)).toBe(true);
  expect(seen.again + seen.doubt, JSON.stringify(seen)).toBeLessThanOrEqual(1 + telling);
  // What Telegram has, people see.
  for (const [index, mark] of marksOf(asked.question).entries())
    if (seen.parts[index] === 1) expect(asked.screen()).toContain(mark);
  expect(await charged(life, asked), JSON.stringify(seen)).toBe(before + (seen.again > 0 ? 0 : tokens));
}

function ask({ emu }: CrashWorld, question: string, where: 'private' | 'group' = 'private'): Asked {
  const user = emu.user({ first_name: 'Ann', language_code: 'en' });
  if (where === 'private') {
    user.send(`/ask ${question}`);
    return {
      user,
      chat: user.id,
      question,
      screen: () => user.screen(),
      press: (button) => user.press(button),
    };
  }
  const team = emu.group({ title: 'Team', members: [user] });
  user.send(`/ask ${question}`, { in: team });
  return {
    user,
    chat: team.id,
    question,
    screen: () => user.screen(team),
    press: (button) => user.press(button, { in: team }),
  };
}

/** What one answer of this length costs, and how many steps it takes, when nobody is killed. */
async function undisturbed(life: CrashWorld, question: string, where: 'private' | 'group' = 'private') {
  await life.unharmed();
  const asked = ask(life, question, where);
  expect(await life.until(() => settled(life, asked))).toBe(true);
  expect(counts(life, asked)).toEqual(marksOf(question).map(() => 1));
  const tokens = await charged(life, asked);
  expect(tokens).toBeGreaterThan(0);
  return { asked, tokens, steps: (await life.arm({})) ?? 0 };
}

/** Dies once at `arm`, then lives until all is settled. */
async function killedAt(question: string, arm: Arm, where: 'private' | 'group' = 'private') {
  const life = await open();
  await life.start();
  const { tokens } = await undisturbed(life, `${question}x`, where);
  await life.arm(arm);
  const asked = ask(life, `${question}y`, where);
  await life.until(() => false);
  expect(life.kills).toBe(1);
  await life.start();
  expect(await life.until(() => settled(life, asked))).toBe(true);
  await check(life, asked, tokens);
  return { life, asked, tokens };
}

describe('killed at one point', () => {
  test('before the update was claimed: it comes again and is answered', async () => {
    const { life, asked } = await killedAt('1a', { at: 'write:before', nth: 1 });
    expect([counts(life, asked), again(life, asked)]).toEqual([[1], 0]);
  });

  test('after the update was confirmed, before the answer: one sentence, and its button answers', async () => {
    const { life, asked, tokens } = await killedAt('1a', { at: 'sendMessage:before', nth: 1 });
    const told = again(life, asked) === 1;
    expect([...counts(life, asked), again(life, asked), doubt(life, asked)]).toEqual([
      0,
      told ? 1 : 0,
      told ? 0 : 1,
    ]);
    asked.user.press('Again');
    expect(await life.until(async () => complete(life, asked) && (await life.open()).length === 0)).toBe(
      true,
    );
    expect(counts(life, asked)).toEqual([1]);
    expect(await charged(life, asked)).toBe(told ? tokens : 2 * tokens);
  });
});

test.each([
  ['before it was credited', { at: 'write:before', nth: 1 }],
  ['when it was credited, before the thanks', { at: 'sendMessage:before', nth: 1 }],
  [
    'after the thanks, before Telegram heard that the update was dealt with',
    { at: 'sendMessage:after', nth: 1 },
  ],
])('a payment is credited once when the bot is killed %s', async (_, arm) => {
  const life = await open();
  await life.start();
  const user = life.emu.user({ first_name: 'Ann', language_code: 'en' });
  user.send('/buy');
  expect(await life.until(() => user.screen().includes('[Pay 5 ⭐]'))).toBe(true);
  await life.arm(arm);
  await user.pay().done();
  expect(await life.until(() => false)).toBe(false);
  await life.start();
  // Comes after the payment, which Telegram delivers again.
  user.send('/balance');
  expect(await life.until(() => user.screen().includes('Paid: 1,000 tokens'))).toBe(true);
  const ledger = await life.vault().scope(`payments:${user.id}`).get('ledger');
  expect(JSON.parse(ledger ?? '')).toMatchObject({ tokens: 1_000, payments: [{ stars: 5 }] });
});

/** Numbers below `end` that are the same on every run. */
function seeded(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}

const DEEP = process.env['DEEP'] === '1';
const KILLS = DEEP ? 400 : 20;
/** Steps of one kind within the work for one question, about. */
const MOST_OF_ONE = 5;
/** Steps in which a start has read, told Telegram its commands and settled what was left. */
const START_STEPS = 30;

const KINDS = (['private', 'group'] as const).flatMap((where) =>
  ([1, 3] as const).flatMap((parts) => [
    { where, parts, by: 'command' as const },
    { where, parts, by: 'button' as const },
  ]),
);

/** Points that matter most, so that chance does not leave them out; `undefined`: any step, all counted together. */
const POINTS = [
  ...['sendMessage', 'editMessageText', 'write'].flatMap((what) => [`${what}:before`, `${what}:after`]),
  undefined,
];

/** Each is named by its question, which has the same length in every round: so it costs the same. */
const questionOf = ({ parts }: { parts: number }, round: number): string => `${parts}-${1_000 + round}`;
const pressed = (first: Asked): Asked => {
  first.press('More');
  return { ...first, question: `${first.question}more` };
};

const NAME = `killed at ${KILLS} seeded points, some in recovery: answered once and charged once, or told`;
test(NAME, { timeout: DEEP ? 3_600_000 : 300_000 }, async () => {
  const random = seeded(20_261_124);
  const life = await open();
  await life.start();
  const known: { first: number; second: number; steps: number }[] = [];
  for (const kind of KINDS) {
    const { asked, tokens, steps } = await undisturbed(life, questionOf(kind, known.length), kind.where);
    if (kind.by === 'command') {
      known.push({ first: tokens, second: 0, steps });
      continue;
    }
    const again = pressed(asked);
    expect(await life.until(() => settled(life, again))).toBe(true);
    const both = await charged(life, again);
    known.push({ first: tokens, second: both - tokens, steps: (await life.arm({})) ?? 0 });
  }

  for (let round = KINDS.length; life.kills < KILLS; round++) {
    const index = random(KINDS.length);
    const kind = KINDS[index];
    const costs = known[index];
    if (kind === undefined || costs === undefined) throw new RangeError('no such kind');
    await life.unharmed();
    const first =
      kind.by === 'command'
        ? undefined
        : (await undisturbed(life, questionOf(kind, round), kind.where)).asked;
    const arm = (steps: number): Arm => {
      const at = POINTS[random(POINTS.length)];
      return { at, nth: 1 + random(at === undefined ? steps : MOST_OF_ONE) };
    };
    await life.arm(arm(costs.steps));
    const asked = first === undefined ? ask(life, questionOf(kind, round), kind.where) : pressed(first);
    while (!(await life.until(() => settled(life, asked))))
      // Killed. The next one may be killed in its recovery.
      await life.start(random(2) === 0 ? arm(START_STEPS) : {});
    if (first === undefined) await check(life, asked, costs.first);
    else await check(life, asked, costs.second, costs.first);
  }
});
