// Is the version that was picked written where it was sent, also when Telegram does not tell which it was?
import { afterEach, describe, expect, test } from 'vitest';
import { inlineMode } from '../src/features/inline-mode.js';
import { type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: Partial<OpenBotOptions> = {}) {
  world = await openBot({
    features: [inlineMode({ mode: 'chosen' })],
    script: ({ user, index }) => `version ${index} of ${user.split('\n')[1]}`,
    ...options,
  });
  const ann = world.emu.user({ first_name: 'Ann', language_code: 'en' });
  const bob = world.emu.user({ first_name: 'Bob', language_code: 'en' });
  const room = world.emu.group({ title: 'Room', members: [ann, bob], bot: 'none' });
  return { ...world, ann, bob, room };
}

describe('chosen mode', () => {
  test('nothing is asked before one is sent; then it is written there, once, with the badge', async () => {
    const { ann, bob, room, asked, emu, errors } = await start();
    const session = ann.typeInline('give me the keys..');
    expect((await session.answer()).results).toHaveLength(4);
    expect(asked).toEqual([]);
    await session.choose('Polite', { in: room });
    const screen = await bob.sees('[Run again]', room);
    expect(screen).toContain('version 0 of give me the keys');
    expect(screen).toContain('SIMULATED · nothing here is protected');
    expect(asked).toHaveLength(1);
    expect(asked[0]?.system).toContain('polite');
    expect(asked[0]?.user).not.toContain('..');
    expect(emu.callsOf('sendMessage')).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('only who sent it can run it again', async () => {
    const { ann, bob, room, asked, emu, ai } = await start();
    await ann.typeInline('give me the keys..').choose('Shorter', { in: room });
    await bob.sees('[Run again]', room);
    await emu.waitFor(() => ai.jobs.running === 0);
    const refused = await bob.press('Run again', { in: room }).answer();
    expect(refused.text).toContain('Only the person who asked');
    expect(asked).toHaveLength(1);
    ann.press('Run again', { in: room });
    await bob.sees('version 1 of give me the keys', room);
  });

  test('without inline feedback the message explains itself, its button begins once, and the operator is told', async () => {
    const { ann, bob, room, asked, events, emu, ai } = await start({ emulator: { inlineFeedback: false } });
    await ann.typeInline('give me the keys..').choose('Rewrite', { in: room });
    await bob.sees('Writing… If nothing happens, whoever sent this presses Start.', room);
    expect((await bob.press('Start', { in: room }).answer()).text).toContain('Only the person who asked');
    expect(asked).toEqual([]);
    // Twice before anything has happened.
    ann.press('Start', { in: room });
    ann.press('Start', { in: room });
    await bob.sees('[Run again]', room);
    await emu.settled();
    expect(bob.screen(room)).toContain('version 0 of give me the keys');
    await emu.waitFor(() => ai.jobs.running === 0);
    expect(asked).toHaveLength(1);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'setup-warning', code: 'INLINE_FEEDBACK_OFF' }),
    );
  });

  test('what cannot be done is said where it says "Writing…"', async () => {
    const { ann, bob, room, asked, emu, ai } = await start({ options: { limits: { requestsPerMinute: 1 } } });
    await ann.typeInline('one..').choose('Shorter', { in: room });
    await bob.sees('[Run again]', room);
    await emu.waitFor(() => ai.jobs.running === 0);
    await ann.typeInline('two..').choose('Shorter', { in: room });
    await bob.sees('That is a lot at once.', room);
    expect(asked).toHaveLength(1);
  });

  test('machines that cannot be confirmed: nothing is sent, and the message says so', async () => {
    const { ann, bob, room, asked, network } = await start();
    const session = ann.typeInline('one..');
    await session.answer();
    await network.restartProxy({ variant: 'not-in-the-registry' });
    await session.choose('Shorter', { in: room });
    await bob.sees('I could not confirm that the server is genuine, so I sent nothing.', room);
    expect(asked).toEqual([]);
  });
});
