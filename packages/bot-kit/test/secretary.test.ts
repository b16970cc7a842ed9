// Does the owner of an account decide what is sent in their name, and is nothing sent otherwise?
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../src/clock.js';
import { chat } from '../src/features/chat.js';
import { secretary } from '../src/features/secretary.js';
import { type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: Omit<OpenBotOptions, 'features'> = {}, agree = true) {
  world = await openBot({
    features: [secretary(), chat()],
    script: ({ index }) => `proposal ${index}`,
    ...options,
  });
  const { emu } = world;
  const ann = emu.user({ first_name: 'Ann', language_code: 'en' });
  const bob = emu.user({ first_name: 'Bob', language_code: 'en' });
  ann.start();
  await ann.sees('I understand');
  const account = ann.connectBusiness();
  await ann.sees('Nothing is sent unless you press Send.');
  if (agree) {
    ann.press('I agree');
    await ann.sees('Proposals will come here.');
  }
  await emu.settled();
  return { ...world, ann, bob, account, shared: account.chatWith(bob) };
}

test('a proposal comes to the owner; pressed Send, it goes out once in their name', async () => {
  const { ann, bob, account, shared, asked, emu, errors } = await start();
  account.receive(bob, 'When do we meet?');
  const screen = await ann.sees('[Send] [Change] [Skip]');
  expect(screen).toMatch(/Bob wrote:\n\s*When do we meet\?/);
  expect(screen).toContain('SIMULATED');
  expect(asked[0]?.user).toContain('When do we meet?');
  expect(bob.screen(shared)).toBe('You: When do we meet?');
  await emu.settled();
  ann.press('Send');
  await bob.sees('Ann: proposal 0', shared);
  expect(bob.screen(shared)).not.toContain('SIMULATED');
  await emu.settled();
  expect(ann.screen()).not.toContain('[Send]');
  expect(bob.screen(shared).match(/proposal 0/g)).toHaveLength(1);
  expect(errors).toEqual([]);
});

test('Change asks what, and proposes anew; Skip takes the proposal away', async () => {
  const { ann, bob, account, shared, asked, emu } = await start();
  account.receive(bob, 'When?');
  await ann.sees('[Send]');
  await emu.settled();
  ann.press('Change');
  await ann.sees('Write what should be different.');
  ann.send('make it friendlier');
  await ann.sees('proposal 1');
  expect(asked[1]?.user).toContain('What should be different: make it friendlier');
  await emu.settled();
  ann.press('Skip');
  await emu.waitFor(() => !ann.screen().includes('proposal 1'));
  expect(bob.screen(shared)).toBe('You: When?');
});

test('without consent no word of anybody is sent to a machine; "No" and disconnecting mean no', async () => {
  const { ann, bob, account, asked, emu } = await start({}, false);
  account.receive(bob, 'secret one');
  await emu.settled();
  ann.press('No');
  await ann.sees('I propose nothing.');
  account.receive(bob, 'secret two');
  await emu.settled();
  account.disconnect();
  await emu.settled();
  account.setRights({ can_reply: true });
  await emu.settled();
  account.receive(bob, 'secret three');
  await emu.settled();
  expect(asked).toEqual([]);
});

test('own messages are never answered, and end what was proposed', async () => {
  const { ann, bob, account, shared, asked, emu } = await start();
  account.write(bob, 'Hi Bob');
  await emu.settled();
  expect(asked).toEqual([]);
  account.receive(bob, 'When?');
  await ann.sees('[Send]');
  account.write(bob, 'At five.');
  await emu.settled();
  expect(await ann.press('Send').answer()).toMatchObject({
    text: expect.stringContaining('Not sent'),
  });
  expect(bob.screen(shared)).not.toContain('proposal');
});

test('what is deleted there is dropped here', async () => {
  const { ann, bob, account, asked, emu } = await start();
  const message = account.receive(bob, 'a secret');
  await ann.sees('[Send]');
  await emu.settled();
  bob.erase(message);
  await emu.waitFor(() => !ann.screen().includes('a secret'));
  expect(asked).toHaveLength(1);
});

test('24 hours: nothing is proposed for what is older, and Telegram’s refusal is said', async () => {
  let shift = 0;
  const clock = { ...systemClock, now: () => Date.now() + shift };
  const { ann, bob, account, shared, asked, emu } = await start({ options: { clock } });
  account.receive(bob, 'When?');
  await ann.sees('[Send]');
  await emu.settled();
  emu.fail('sendMessage', 400, { description: 'Bad Request: BUSINESS_PEER_USAGE_MISSING' });
  expect(await ann.press('Send').answer()).toMatchObject({
    text: expect.stringContaining('Telegram did not take it'),
  });
  shift = 86_400_000 + 60_000;
  account.receive(bob, 'And now?');
  await emu.settled();
  expect(asked).toHaveLength(1);
  expect(bob.screen(shared)).not.toContain('proposal');
});

test('what goes wrong is said to the owner alone', async () => {
  const { ann, bob, account, shared } = await start({ options: { limits: { requestsPerMinute: 1 } } });
  account.receive(bob, 'one');
  account.receive(bob, 'two');
  await ann.sees('That is a lot at once.');
  expect(bob.screen(shared)).toBe('You: one\nYou: two');
});
