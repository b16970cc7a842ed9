// Is nothing of anybody's text sent before they have read what happens to it, wherever they ask, and again when that changes?
import { afterEach, describe, expect, test } from 'vitest';
import type { Feature } from '../src/feature.js';
import { chat } from '../src/features/chat.js';
import { digest } from '../src/features/digest.js';
import { guestMode } from '../src/features/guest-mode.js';
import { inlineMode } from '../src/features/inline-mode.js';
import { secretary } from '../src/features/secretary.js';
import { translation } from '../src/features/translation.js';
import { memoryStorage } from '../src/storage/memory-storage.js';
import { type BotContext, type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start({ options, features = [chat()], ...more }: Partial<OpenBotOptions> = {}) {
  world = await openBot({
    features,
    script: ({ index }) => `answer ${index}`,
    options: { consent: true, ...options },
    ...more,
  });
  const ann = world.emu.user({ id: 1001, first_name: 'Ann', username: 'ann', language_code: 'en' });
  const bob = world.emu.user({ id: 1002, first_name: 'Bob', language_code: 'en' });
  return { ...world, ann, bob };
}

describe('in groups', () => {
  async function inGroup(options: Partial<OpenBotOptions> = {}) {
    const open = await start({ features: [translation(), digest()], ...options });
    const team = open.emu.group({ title: 'Team', members: [open.ann, open.bob], bot: 'administrator' });
    return { ...open, team, at: { in: team } };
  }

  test('the first question waits for a press under one line that only this person sees; then it is answered', async () => {
    const { ann, bob, team, at, asked, emu, errors } = await inGroup();
    ann.send('/translate de a secret', at);
    const screen = await ann.sees('[I understand]', team);
    expect(screen).toContain('Bot (only you see this): SIMULATED');
    expect(screen).toContain('I send your text only to machines I have checked');
    expect(bob.screen(team)).not.toContain('I understand');
    await emu.settled();
    expect(asked).toEqual([]);
    ann.press('I understand', at);
    await ann.sees('answer 0', team);
    expect(asked.map(({ user }) => user)).toEqual([expect.stringContaining('a secret')]);
    expect(ann.screen(team)).not.toContain('I understand');
    // Once for a person, not for a group; others have agreed to nothing by it.
    bob.send('/translate de mine', at);
    await bob.sees('[I understand]', team);
    ann.send('/translate de another', at);
    await ann.sees('answer 1', team);
    expect(asked[1]?.user).toContain('another');
    expect(asked).toHaveLength(2);
    expect(errors).toEqual([]);
  });

  test('where Telegram shows nothing to one person alone, the line is for all to see, and its button for one', async () => {
    const { ann, bob, team, at, asked } = await inGroup({
      before: (bot) =>
        bot.api.config.use(async (next, method, payload, signal) =>
          'ephemeral_message_parameters' in payload && payload.ephemeral_message_parameters !== undefined
            ? { ok: false, error_code: 400, description: 'Bad Request: not possible here' }
            : next(method, payload, signal),
        ),
    });
    ann.send('/translate de a secret', at);
    await bob.sees('[I understand]', team);
    expect(await bob.press('I understand', at).answer()).toMatchObject({
      text: 'Only the person who asked can use this button.',
    });
    expect(asked).toEqual([]);
    ann.press('I understand', at);
    await ann.sees('answer 0', team);
    expect(bob.screen(team)).not.toContain('I understand');
  });

  test('/missed waits too, and its answer is for whoever asked', async () => {
    const { ann, bob, team, at, asked, emu } = await inGroup();
    ann.send('/digest on', at);
    await bob.sees('From now on I keep the last 48 hours', team);
    bob.send('we meet at five', at);
    await emu.settled();
    ann.send('/missed', at);
    await ann.sees('[I understand]', team);
    await emu.settled();
    expect(asked).toEqual([]);
    ann.press('I understand', at);
    await ann.sees('answer 0', team);
    expect(bob.screen(team)).not.toContain('answer 0');
  });

  test('/forget takes the waiting question and the consent with it', async () => {
    const { ann, team, at, asked, emu } = await inGroup();
    ann.send('/translate de a secret', at);
    await ann.sees('[I understand]', team);
    ann.send('/forget');
    await ann.sees('[Yes, delete]');
    ann.press('Yes, delete');
    await ann.sees('Deleted:');
    expect(await ann.press('I understand', at).answer()).toMatchObject({
      text: expect.stringContaining('too old'),
    });
    await emu.settled();
    expect(asked).toEqual([]);
  });
});

describe('in chats the bot is not in', () => {
  test('a guest message is answered once, with the way to what they have to read', async () => {
    const { ann, bob, asked, emu } = await start({ features: [guestMode()] });
    const room = emu.group({ title: 'Room', members: [ann, bob], bot: 'none' });
    ann.send('@emulated_bot a secret', { in: room });
    await ann.sees('read what happens to your text', room);
    expect(ann.press('Read it', { in: room }).url).toBe('https://t.me/emulated_bot?start=consent');
    await emu.settled();
    expect(asked).toEqual([]);
    expect(emu.callsOf('sendMessage')).toEqual([]);
    ann.start('consent');
    await ann.sees('[I understand]');
    ann.press('I understand');
    await ann.sees('Send me something');
    ann.send('@emulated_bot a secret', { in: room });
    await ann.sees('answer 0', room);
    expect(asked).toHaveLength(1);
  });
});

describe('what is kept for a business account', () => {
  test('secretary asks by its own screen and shows no other', async () => {
    const { ann, bob, asked, emu } = await start({ features: [secretary(), chat()] });
    ann.start();
    await ann.sees('[I understand]');
    const account = ann.connectBusiness();
    await ann.sees('[I agree]');
    account.receive(bob, 'early');
    await emu.settled();
    expect(asked).toEqual([]);
    ann.press('I agree');
    await ann.sees('Proposals will come here.');
    account.receive(bob, 'When?');
    await ann.sees('[Send] [Change] [Skip]');
    expect(asked).toHaveLength(1);
    expect(ann.screen().match(/I understand/g)).toHaveLength(1);
    // That was no consent to the rest.
    await emu.settled();
    ann.send('my own question');
    await ann.sees(/I understand[\s\S]*I understand/);
    await emu.settled();
    expect(asked).toHaveLength(1);
  });

  test('what should be different is not sent when the agreement has ended meanwhile', async () => {
    const { ann, bob, asked, emu } = await start({ features: [secretary(), chat()] });
    ann.start();
    await ann.sees('[I understand]');
    const account = ann.connectBusiness();
    await ann.sees('[I agree]');
    ann.press('I agree');
    await ann.sees('Proposals will come here.');
    account.receive(bob, 'When?');
    await ann.sees('[Change]');
    await emu.settled();
    ann.press('Change');
    await ann.sees('Write what should be different.');
    account.disconnect();
    await emu.settled();
    ann.send('friendlier');
    await ann.sees('I propose nothing.');
    expect(asked).toHaveLength(1);
  });
});

describe('when the configuration changes', () => {
  const diary: Feature<BotContext> = {
    name: 'diary',
    keeps: [{ what: 'your diary', milliseconds: 3_600_000 }],
    install: () => undefined,
  };

  /** The bot is started anew each day, with other options; chats stay. */
  async function openDays() {
    const entries = new Map<string, string>();
    const storage = {
      adapter: memoryStorage(entries),
      keys: [{ id: 'a', key: new Uint8Array(32).fill(1) }],
    };
    const operator = { name: 'First Ltd', contact: '@first' };
    let day = 0;
    const nextDay = async ({ features = [chat()], options, ...more }: Partial<OpenBotOptions> = {}) => {
      await world?.halt();
      const today = ++day;
      world = await openBot({
        features,
        script: ({ index }) => `day ${today}, answer ${index}`,
        options: { consent: true, operator, storage, ...options },
        telegram: world?.emu,
        ...more,
      });
      return world;
    };
    const { emu } = await nextDay();
    return { nextDay, emu, ann: emu.user({ first_name: 'Ann', language_code: 'en' }) };
  }

  async function agreed() {
    const days = await openDays();
    days.ann.send('first');
    await days.ann.sees('[I understand]');
    days.ann.press('I understand');
    await days.ann.sees('day 1, answer 0');
    await days.emu.waitFor(() => world?.ai.jobs.running === 0);
    return days;
  }

  test('unchanged, or with less, it asks nothing', async () => {
    const { ann, emu, nextDay } = await agreed();
    const { asked, ai } = await nextDay();
    ann.send('second');
    await ann.sees('day 2, answer 0');
    expect(asked).toHaveLength(1);
    await emu.waitFor(() => ai.jobs.running === 0);
    await nextDay({ features: [translation()] });
    ann.send('/translate de words');
    await ann.sees('day 3, answer 0');
    expect(ann.screen()).not.toContain('I understand');
  });

  test.each<[string, Partial<OpenBotOptions>, RegExp]>([
    ['a feature that keeps something', { features: [chat(), diary] }, /Kept now: your diary/],
    [
      'a transcriber',
      { options: { transcribe: async () => '' } },
      /Voice is turned into text by a service its operator chose/,
    ],
    [
      'somebody else who runs the bot',
      { options: { operator: { name: 'Other Ltd', contact: '@other' } } },
      /This bot is run by Other Ltd\. Contact: @other/,
    ],
  ])('%s: it says so and asks again, before the next text leaves', async (_what, change, says) => {
    const { ann, emu, nextDay } = await agreed();
    const { asked } = await nextDay(change);
    ann.send('second');
    await ann.sees('[I understand]');
    const screen = ann.screen().split('since you agreed, this has changed')[1] ?? '';
    expect(screen).toMatch(says);
    // The others are not said to be new.
    expect(screen.match(/•/g)).toHaveLength(1);
    await emu.settled();
    expect(asked).toEqual([]);
    ann.press('I understand');
    await ann.sees('day 2, answer 0');
    expect(asked.map(({ user }) => user)).toEqual(['second']);
    await emu.waitFor(() => world?.ai.jobs.running === 0);
    ann.send('third');
    await ann.sees('day 2, answer 1');
  });

  test('an old button agrees to what was shown above it, not to what has come since', async () => {
    const { ann, emu, nextDay } = await openDays();
    ann.send('first');
    await ann.sees('[I understand]');
    const { asked } = await nextDay({ features: [chat(), diary] });
    ann.press('I understand');
    await ann.sees('Send me something');
    ann.send('second');
    await ann.sees('Kept now: your diary');
    await emu.settled();
    expect(asked).toEqual([]);
  });

  test('inline mode offers nothing until then', async () => {
    const { ann, nextDay } = await agreed();
    const { asked } = await nextDay({ features: [inlineMode(), chat(), diary] });
    const { results, button } = await ann.typeInline('a secret..').answer();
    expect([results, button?.text]).toEqual([[], 'First read what happens to your text']);
    expect(asked).toEqual([]);
  });
});
