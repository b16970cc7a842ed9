// Do inline and guest mode help in chats the bot is not in, ask the model no more than needed, and keep nothing?
import { afterEach, describe, expect, test } from 'vitest';
import { guestMode } from '../src/features/guest-mode.js';
import { inlineMode } from '../src/features/inline-mode.js';
import { memoryStorage } from '../src/storage/memory-storage.js';
import { createManualClock } from '../src/testing/manual-clock.js';
import { type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';
import { type Asked, BROKEN } from './support/open-model.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: Partial<OpenBotOptions> = {}) {
  world = await openBot({ features: [inlineMode(), guestMode()], script, ...options });
  const ann = world.emu.user({ first_name: 'Ann', language_code: 'en' });
  const bob = world.emu.user({ first_name: 'Bob' });
  const room = world.emu.group({ title: 'Room', members: [ann, bob], bot: 'none' });
  return { ...world, ann, bob, room };
}

const script = ({ system, user }: Asked): string => {
  const text = user.split('\n')[1] ?? '';
  const how = ['Rewrite', 'half as long', 'polite', 'Translate'].find((word) => system.includes(word));
  return `${how}: ${text}`;
};

describe('inline mode', () => {
  test('two dots ask at once: four versions to see before one is sent, for this person alone', async () => {
    const { ann, bob, room, asked, errors } = await start();
    const session = ann.typeInline('de: give me the keys..');
    const { results, cacheTime, isPersonal, button } = await session.answer();
    expect(results.map((one) => ('title' in one ? one.title : ''))).toEqual([
      'Rewrite',
      'Shorter',
      'Polite',
      'Translate: German',
    ]);
    expect([cacheTime, isPersonal]).toEqual([0, true]);
    expect(button?.text).toBe('SIMULATED · nothing here is protected');
    for (const one of results)
      expect('description' in one ? one.description : '').toMatch(
        /^SIMULATED · .*\n.+: give me the keys\.?$/,
      );
    await session.choose('Polite', { in: room });
    await bob.sees('Ann: polite: give me the keys', room);
    expect(asked).toHaveLength(4);
    expect(asked.every(({ user }) => !user.includes('..'))).toBe(true);
    expect(errors).toEqual([]);
  });

  test('nothing is asked before the typing has paused for 900 ms, and then only for the last text', async () => {
    const clock = createManualClock();
    const { ann, asked, emu } = await start({ options: { clock } });
    ann.typeInline('give');
    await emu.settled();
    await clock.advance(899);
    const last = ann.typeInline('give me');
    await emu.settled();
    await clock.advance(899);
    expect(asked).toEqual([]);
    await clock.advance(1);
    expect((await last.answer()).results).toHaveLength(4);
    expect(asked.map(({ user }) => user.split('\n')[1])).toEqual(Array(4).fill('give me'));
    expect(emu.callsOf('answerInlineQuery')).toHaveLength(1);
  });

  test('typing on stops what the model was asked for the text before', async () => {
    let ended = 0;
    const { ann, ai, asked, network, emu } = await start({
      async *script(one) {
        if (!one.user.includes('first')) {
          yield script(one);
          return;
        }
        try {
          for (;;) {
            yield 'word ';
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        } finally {
          ended++;
        }
      },
    });
    ann.typeInline('first..');
    await emu.waitFor(() => asked.length === 4);
    const { results } = await ann.typeInline('second..').answer();
    expect(results).toHaveLength(4);
    await emu.waitFor(() => ended === 4 && network.running === 0 && ai.jobs.running === 0);
    expect(emu.callsOf('answerInlineQuery')).toHaveLength(1);
  });

  test('nothing is kept but what was used today', async () => {
    const entries = new Map<string, string>();
    const storage = {
      adapter: memoryStorage(entries),
      keys: [{ id: 'a', key: new Uint8Array(32).fill(1) }],
    };
    const { ann, ai, emu } = await start({ options: { storage } });
    await ann.typeInline('give me the keys..').answer();
    await emu.waitFor(() => ai.jobs.running === 0);
    // Salt, list of names, and the count of tokens; salt and head of the journal, which has no entry.
    expect(entries.size).toBe(3 + 2);
  });

  test('before the first text is sent, they have read what happens to it', async () => {
    const { ann, asked } = await start({ options: { consent: true } });
    const { results, button } = await ann.typeInline('give me the keys..').answer();
    expect(results).toEqual([]);
    expect(button?.text).toBe('First read what happens to your text');
    expect(asked).toEqual([]);
    ann.start('inline');
    await ann.sees('Before we start');
    ann.press('I understand');
    await ann.sees('Send me something');
    expect((await ann.typeInline('give me the keys..').answer()).results).toHaveLength(4);
  });

  test('refusals are said above the results that are not there', async () => {
    const { ann, asked, network } = await start();
    expect((await ann.typeInline('').answer()).button?.text).toContain('Write a text');
    expect((await ann.typeInline('one..').answer()).results).toHaveLength(4);
    await network.restartProxy({ variant: 'not-in-the-registry' });
    const refused = await ann.typeInline('two..').answer();
    expect(refused.results).toEqual([]);
    expect(refused.button?.text).toContain('I could not confirm that the server is genuine');
    expect(asked).toHaveLength(4);
  });

  test('a limit that is reached is said there too', async () => {
    const { ann, asked, ai, emu } = await start({ options: { limits: { requestsPerMinute: 1 } } });
    await ann.typeInline('one..').answer();
    await emu.waitFor(() => ai.jobs.running === 0);
    const refused = await ann.typeInline('two..').answer();
    expect([refused.results, refused.button?.text]).toEqual([
      [],
      'That is a lot at once. Wait a minute, then send the next one.',
    ]);
    expect(asked).toHaveLength(4);
  });

  test('versions that failed are left out, and what a model writes cannot be pressed', async () => {
    const { ann } = await start({
      script: ({ system }) =>
        system.includes('polite') ? BROKEN : '[click](https://evil.example/x) @somebody /forget',
    });
    const { results } = await ann.typeInline('de: give..').answer();
    expect(results.map(({ id }) => id)).toEqual(['rewrite', 'shorter', 'translate']);
    for (const one of results) {
      const content = 'input_message_content' in one ? one.input_message_content : undefined;
      const entities = content !== undefined && 'entities' in content ? content.entities : undefined;
      expect(entities?.some(({ type }) => type === 'text_link')).not.toBe(true);
    }
  });
});

describe('guest mode', () => {
  test('one answer with what was replied to, then edits of it', async () => {
    const { ann, bob, room, asked, emu, errors } = await start({ script: () => ['Hallo ', '**Welt**'] });
    const original = bob.send('hello world', { in: room });
    ann.reply(original, '@emulated_bot into German', { in: room });
    await bob.sees('Hallo Welt', room);
    await bob.sees('SIMULATED · nothing here is protected', room);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.user).toMatch(/^into German\n\n<<<text \w+\nhello world\n/);
    expect(emu.callsOf('answerGuestQuery')).toHaveLength(1);
    expect(emu.callsOf('sendMessage')).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('while it grows, it is edited at most every three seconds', async () => {
    const clock = createManualClock();
    let more: () => void = () => undefined;
    const { ann, room, emu, asked } = await start({
      // Time is moved until the word is there: the job itself must not run out of it.
      options: { clock, limits: { jobMs: 2 ** 31 } },
      async *script() {
        yield 'one ';
        await new Promise<void>((resolve) => {
          more = resolve;
        });
        yield 'two';
      },
    });
    ann.send('@emulated_bot count', { in: room });
    await ann.sees('Thinking…', room);
    await emu.waitFor(() => asked.length === 1);
    await emu.settled();
    await clock.advance(2_999);
    expect(emu.callsOf('editMessageText')).toEqual([]);
    // However late the first word came: it is shown at the next turn.
    await emu.waitFor(async () => {
      await clock.advance(3_000);
      return ann.screen(room).includes('one');
    });
    const shown = emu.callsOf('editMessageText').length;
    expect(shown).toBe(1);
    more();
    await ann.sees('one two', room);
  });

  test('stopped by whoever asked, not by others', async () => {
    const { ann, bob, room, network, emu, ai } = await start({
      async *script() {
        for (let i = 0; ; i++) {
          yield `word${i} `;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      },
    });
    ann.send('@emulated_bot count', { in: room });
    await ann.sees('[Stop]', room);
    expect(await bob.press('Stop', { in: room }).answer()).toMatchObject({
      text: 'Only the person who asked can use this button.',
    });
    ann.press('Stop', { in: room });
    await bob.sees('Stopped.', room);
    await emu.waitFor(() => network.running === 0 && ai.jobs.running === 0);
  });

  test('a refusal is the one answer', async () => {
    const { ann, room, asked, emu } = await start();
    ann.send('@emulated_bot', { in: room });
    await ann.sees('Send or reply to the text you mean', room);
    expect(asked).toEqual([]);
    expect(emu.callsOf('sendMessage')).toEqual([]);
  });

  test('a limit, and people without access', async () => {
    const { ann, bob, room, asked } = await start({
      script: () => 'Hi.',
      options: { limits: { tokensPerDay: 1 }, access: (ctx) => ctx.from?.first_name === 'Ann' },
    });
    bob.send('@emulated_bot hello', { in: room });
    await bob.sees('This bot answers only people its operator has let in', room);
    ann.send('@emulated_bot hello', { in: room });
    await ann.sees('Hi.', room);
    ann.send('@emulated_bot again', { in: room });
    await ann.sees('Today’s limit is used up.', room);
    expect(asked).toHaveLength(1);
  });

  test('machines that cannot be verified: nothing is sent, and the one answer says so', async () => {
    const { ann, room, asked, network } = await start();
    ann.send('@emulated_bot one', { in: room });
    await ann.sees('SIMULATED', room);
    await network.restartProxy({ variant: 'not-in-the-registry' });
    ann.send('@emulated_bot two', { in: room });
    await ann.sees('I could not confirm that the server is genuine, so I sent nothing.', room);
    expect(asked).toHaveLength(1);
  });
});
