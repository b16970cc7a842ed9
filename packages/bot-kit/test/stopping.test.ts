// Stopped at whatever moment, in whatever kind of chat: does the spending stop, and does what is on the screen say so?
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chat } from '../src/features/chat.js';
import { compose } from '../src/features/compose.js';
import { guestMode } from '../src/features/guest-mode.js';
import { inlineMode } from '../src/features/inline-mode.js';
import { summaries } from '../src/features/summaries.js';
import { voice } from '../src/features/voice.js';
import type { Group, Person } from '../src/testing/index.js';
import { makePages } from './support/make-document.js';
import { type OpenBot, openBot } from './support/open-bot.js';
import { openWriter } from './support/open-model.js';

const PLACES = ['draft', 'group', 'guest', 'inline', 'voice', 'parts'] as const;
const MOMENTS = ['waiting', 'checking', 'asked', 'writing', 'ended'] as const;
type Place = (typeof PLACES)[number];
type Moment = (typeof MOMENTS)[number];

/** A model that writes no more words than the test lets it, in each of its answers. */
function valve() {
  let allowed = 0;
  let wake: (() => void)[] = [];
  const state = { written: 0, begun: 0, ended: 0 };
  return {
    state,
    let(words: number) {
      allowed = words;
      for (const go of wake) go();
      wake = [];
    },
    async *write(last: number): AsyncGenerator<string> {
      state.begun++;
      try {
        for (let word = 0; word < last; word++) {
          while (word >= allowed) await new Promise<void>((go) => wake.push(go));
          state.written++;
          yield `word${word} `;
        }
      } finally {
        state.ended++;
      }
    },
  };
}

interface World extends OpenBot {
  readonly ann: Person;
  readonly bob: Person;
  readonly team: Group;
  readonly room: Group;
  readonly model: ReturnType<typeof valve>;
  /** Lets the verification of machines go on. */
  readonly checked: () => void;
}

async function open(moment: Moment): Promise<World> {
  const model = valve();
  let checked = () => {};
  const until = new Promise<void>((go) => {
    checked = go;
  });
  const holds = { check: false };
  const world = await openBot({
    features: [voice(), summaries(), compose(), chat(), inlineMode(), guestMode()],
    async open() {
      const made = await openWriter(
        ({ user }) => (user === 'hold' ? model.write(1) : model.write(moment === 'ended' ? 3 : 1_000)),
        // Small enough for the long text to be read in several parts.
        4_096,
      );
      const { cocoon } = made;
      const verify: typeof cocoon.verify = async (what) => {
        if (holds.check) await until;
        return cocoon.verify(what);
      };
      return { ...made, cocoon: { ...cocoon, verify } };
    },
    options: {
      limits: { jobsPerProcess: 1, inputTokens: 100_000 },
      transcribe: async () => 'I talked about milk for two minutes.',
    },
  });
  holds.check = moment === 'checking';
  const { emu } = world;
  const ann = emu.user({ first_name: 'Ann', language_code: 'en' });
  const bob = emu.user({ first_name: 'Bob', language_code: 'en' });
  const team = emu.group({ title: 'Team', members: [ann, bob] });
  const room = emu.group({ title: 'Room', members: [ann, bob], bot: 'none' });
  return { ...world, ann, bob, team, room, model, checked };
}

const SOUND = new Uint8Array([79, 103, 103, 83]);
const LONG = new TextEncoder().encode(makePages(5, 700).join('\n\n'));

function ask(place: Place, { ann, team, room }: World): void {
  switch (place) {
    case 'draft':
      ann.send('go on');
      break;
    case 'group':
      ann.send('/write go on', { in: team });
      break;
    case 'guest':
      ann.send('@emulated_bot go on', { in: room });
      break;
    case 'inline':
      ann.typeInline('go on..');
      break;
    case 'voice':
      ann.sendVoice(SOUND, { duration: 120 });
      break;
    case 'parts':
      ann.sendDocument(LONG, { name: 'long.txt', mime: 'text/plain' });
      break;
    default:
      place satisfies never;
  }
}

const placeOf = (place: Place, { ann, team, room }: World) =>
  place === 'group' ? team : place === 'guest' ? room : ann;
/** Calls of the model at once. */
const CALLS: Record<Place, number> = { draft: 1, group: 1, guest: 1, inline: 4, voice: 1, parts: 3 };

async function stop(place: Place, world: World): Promise<void> {
  const { ann, team, room } = world;
  if (place === 'inline') await ann.typeInline('').answer();
  else if (place === 'guest') {
    await ann.sees('[Stop]', room);
    ann.press('Stop', { in: room });
  } else ann.send('/stop', place === 'group' ? { in: team } : {});
}

const charged = ({ network }: OpenBot): bigint =>
  network.charges.reduce((sum, { tokens }) => sum + tokens, 0n);

async function play(place: Place, moment: Moment, words: number): Promise<void> {
  const world = await open(moment);
  const { ann, bob, emu, ai, asked, network, model, checked, errors } = world;
  const shown = placeOf(place, world);
  try {
    if (moment === 'waiting') {
      bob.send('hold');
      await emu.waitFor(() => asked.length === 1);
    }
    const before = asked.length;
    ask(place, world);
    if (moment === 'waiting') await emu.waitFor(() => ai.jobs.waiting === 1);
    else if (moment === 'checking') await emu.waitFor(() => ai.jobs.running === 1);
    else await emu.waitFor(() => model.state.begun >= CALLS[place]);
    if (moment === 'writing') {
      model.let(words);
      await emu.waitFor(() => model.state.written >= words * CALLS[place]);
      if (place === 'draft' || place === 'group' || place === 'guest')
        await ann.sees(`word${words - 1}`, shown);
    }
    if (moment === 'ended') {
      model.let(1_000);
      await emu.waitFor(() => ai.jobs.running === 0);
    }
    await emu.settled();

    const ended = moment === 'ended';
    const used = charged(world);
    const calls = asked.length;
    const written = model.state.written;
    if (!(ended && place === 'guest')) await stop(place, world);
    await emu.waitFor(() => ai.jobs.jobsOf(ann.id).length === 0);
    if (place !== 'inline' && !(ended && place === 'guest'))
      await ann.sees(ended ? 'I am not working on anything.' : 'Stopped.', shown);

    // Everything that was held back may go on now: nothing more is asked, written or paid for.
    model.let(1_000);
    checked();
    await emu.waitFor(() => ai.jobs.running + ai.jobs.waiting === 0 && network.running === 0);
    await emu.waitFor(() => model.state.ended === model.state.begun);
    await emu.settled();
    const held = moment === 'waiting' ? 1 : 0;
    expect(asked).toHaveLength(calls);
    expect(asked.length - before > 0).toBe(moment !== 'waiting' && moment !== 'checking');
    // One word of each answer may have been on its way.
    expect(model.state.written).toBeLessThanOrEqual(written + held + CALLS[place]);
    expect(network.charges.length).toBeLessThanOrEqual(calls);
    if (!ended && held === 0)
      expect(charged(world) - used).toBeLessThanOrEqual(BigInt((written + CALLS[place]) * 8 + calls * 20));

    const screen = ann.screen(shown);
    expect(screen).not.toContain('Thinking…');
    expect(screen).not.toContain('[Stop]');
    if (moment === 'writing' && (place === 'draft' || place === 'group' || place === 'guest')) {
      expect(screen).toContain(Array.from({ length: words }, (_, word) => `word${word}`).join(' '));
      expect(screen).toContain('Stopped.');
    }
    if (moment === 'waiting' && place === 'guest') expect(screen).toMatch(/: Stopped\.$/m);
    if (ended && place !== 'inline') expect(screen).toContain('word0 word1 word2');
    if (place === 'inline' && !ended) expect(emu.callsOf('answerInlineQuery')).toHaveLength(1);
    expect(errors).toEqual([]);
  } finally {
    model.let(1_000);
    checked();
    await world.close();
  }
}

test('in every kind of chat, at every moment', async () => {
  const all = PLACES.flatMap((place) =>
    MOMENTS.map((moment) => [place, moment, 2] as [Place, Moment, number]),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...PLACES),
      fc.constantFrom(...MOMENTS),
      fc.integer({ min: 1, max: 12 }),
      play,
    ),
    { examples: all, numRuns: all.length + 4, endOnFailure: true },
  );
});

test('while the whole answer is being sent: it arrives, once, and nothing says that it was stopped', async () => {
  const world = await open('ended');
  const { ann, emu, model, ai, network } = world;
  try {
    const release = emu.hold('sendMessage');
    model.let(1_000);
    ann.send('go on');
    await emu.waitFor(() => emu.callsOf('sendMessage').length === 1);
    ann.send('/stop');
    await ann.sees('Bot: Stopped.');
    release();
    await ann.sees('word0 word1 word2');
    await emu.waitFor(() => ai.jobs.running === 0 && network.running === 0);
    await emu.settled();
    const screen = ann.screen();
    expect(screen.match(/word0/g)).toHaveLength(1);
    expect(screen).not.toContain('Thinking…');
    expect(network.charges).toHaveLength(1);
  } finally {
    await world.close();
  }
});

test('a restart while a guest waits in the line ends their message, too, before the process does', async () => {
  const world = await open('waiting');
  const { ann, bob, room, emu, ai, asked, model } = world;
  bob.send('hold');
  await emu.waitFor(() => asked.length === 1);
  ann.send('@emulated_bot go on', { in: room });
  await ann.sees('Thinking…', room);
  await emu.settled();
  model.let(1_000);
  await ai.stop();
  expect(ann.screen(room)).not.toContain('Thinking…');
  expect(ann.screen(room)).toContain('The bot is restarting.');
  expect(asked.map(({ user }) => user)).toEqual(['hold']);
  await world.close();
});
