// Are the machines checked before something is sent, again after ten minutes, and does the operator hear of it?
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../src/clock.js';
import { chat } from '../src/features/chat.js';
import { type OpenBot, openBot } from './support/open-bot.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

test('one check counts for ten minutes; the next that fails is told, and nothing is sent', async () => {
  let shift = 0;
  const clock = { ...systemClock, now: () => shift };
  world = await openBot({ features: [chat()], script: () => 'Hello.', options: { clock } });
  const { emu, ai, events, asked, network } = world;
  const ann = emu.user({ first_name: 'Ann', language_code: 'en' });
  const checks = () => events.filter(({ type }) => type === 'verified' || type === 'not-verified');
  const ended = () => events.filter(({ type }) => type === 'job-ended').length;
  const say = async (text: string) => {
    const before = ended();
    ann.send(text);
    await emu.waitFor(() => ended() > before && ai.jobs.running === 0);
  };
  const genuine = { type: 'verified', simulated: true };
  await say('one');
  expect(checks()).toEqual([genuine]);
  shift = 10 * 60_000 - 1;
  await say('two');
  expect(checks()).toEqual([genuine]);
  shift = 10 * 60_000;
  await say('three');
  expect(checks()).toEqual([genuine, genuine]);
  await network.restartProxy({ variant: 'not-in-the-registry' });
  shift = 20 * 60_000;
  await say('four');
  expect(checks()).toEqual([genuine, genuine, { type: 'not-verified', code: 'ATTESTATION_MEASUREMENT' }]);
  expect(asked.map(({ user }) => user)).toEqual(['one', 'two', 'three']);
});
