// Where does a digest go that Telegram does not show to one person of a group? To that person, and never to the group.
import { afterEach, expect, test } from 'vitest';
import { digest } from '../src/features/digest.js';
import { type OpenBot, openBot } from './support/open-bot.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const REFUSED = 'Bad Request: EPHEMERAL_NOT_ALLOWED';
const CLOSED = 'Telegram does not let me show this to one person here.';

async function start({ met = true } = {}) {
  world = await openBot({ features: [digest()], script: () => 'Topics: the roof.' });
  const { emu } = world;
  const ann = emu.user({ first_name: 'Ann', language_code: 'en' });
  const bob = emu.user({ first_name: 'Bob', language_code: 'en' });
  const team = emu.group({ title: 'Team', members: [ann, bob], bot: 'administrator' });
  if (met) {
    ann.start();
    await ann.sees('[I understand]');
  }
  ann.send('/digest on', { in: team });
  await bob.sees('From now on I keep', team);
  bob.send('The roof leaks.', { in: team });
  await emu.settled();
  return { ...world, ann, bob, team, at: { in: team } };
}

const linkOf = (url: string | undefined): string => new URL(url ?? '').searchParams.get('start') ?? '';

test.each([
  [400, REFUSED],
  [403, 'Forbidden: not allowed here'],
])('refused with %i it is written in the private chat', async (code, description) => {
  const { ann, bob, team, at, emu, ai, asked, errors } = await start();
  emu.fail('sendMessage', code, { description });
  ann.send('/missed', at);
  await ann.sees('Topics: the roof.');
  await ann.sees('SIMULATED');
  await emu.waitFor(() => ai.jobs.running === 0);
  for (const one of [ann, bob]) expect(one.screen(team)).not.toMatch(/Topics|private chat/);
  // They would ask about the private chat.
  expect(ann.screen()).not.toContain('[Last 24 hours]');
  expect(asked).toHaveLength(1);
  expect(errors).toEqual([]);
});

test('who never opened the bot gets a link, nobody sees anything else, and the link leads on', async () => {
  const { ann, bob, team, at, emu, ai, asked, errors } = await start({ met: false });
  emu.fail('sendMessage', 400, { description: REFUSED });
  ann.send('/missed', at);
  await bob.sees('[Open private chat →', team);
  await emu.waitFor(() => ai.jobs.running === 0);
  expect(bob.screen(team)).toContain(CLOSED);
  expect(bob.screen(team)).not.toMatch(/Topics|Ann, /);
  const before = asked.length;
  const { url } = bob.press('Open private chat', at);
  expect(url).toContain(`https://t.me/${emu.bot.username}?start=missedway_`);
  // For others it is the beginning, as ever.
  bob.start(linkOf(url));
  await bob.sees('[I understand]');
  expect(bob.screen()).not.toContain('Topics');
  expect(asked).toHaveLength(before);
  ann.start(linkOf(url));
  await ann.sees('Topics: the roof.');
  expect(asked.at(-1)?.user).toContain('The roof leaks.');
  expect(errors).toEqual([]);
});

test('who has left the group meanwhile is told nothing of it', async () => {
  const { ann, bob, team, at, emu, ai, asked } = await start({ met: false });
  emu.fail('sendMessage', 400, { description: REFUSED });
  ann.send('/missed', at);
  await bob.sees('[Open private chat →', team);
  await emu.waitFor(() => ai.jobs.running === 0);
  const before = asked.length;
  const { url } = bob.press('Open private chat', at);
  team.leave(ann);
  ann.start(linkOf(url));
  await ann.sees('You are not a member of that group');
  expect(asked).toHaveLength(before);
});

test('"Nothing new" goes the same way', async () => {
  const { ann, bob, team, at, emu } = await start();
  ann.send('I have read it all.', at);
  await emu.settled();
  emu.fail('sendMessage', 400, { description: REFUSED });
  ann.send('/missed', at);
  await ann.sees('Nothing new since');
  expect(bob.screen(team)).not.toContain('Nothing new');
});

test('a button takes a digest along; who never opened the bot is shown the way, alone', async () => {
  const { ann, bob, team, at, emu, ai, asked } = await start({ met: false });
  ann.send('/missed', at);
  await ann.sees('[To private chat]', team);
  await emu.waitFor(() => ai.jobs.running === 0);
  ann.press('To private chat', at);
  await ann.sees('[Open private chat →', team);
  expect(bob.screen(team)).not.toMatch(/private chat|Topics/);
  ann.start();
  await ann.sees('[I understand]');
  ann.press('To private chat', at);
  await ann.sees('Topics: the roof.');
  expect(ann.screen()).toContain('SIMULATED');
  expect(asked).toHaveLength(1);
});
