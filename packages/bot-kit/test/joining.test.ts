// Does what a person did at once become one request? Cut pastes, albums and forwards, over real HTTP; time moves by hand.
import { Bot } from 'grammy';
import type { Update } from 'grammy/types';
import { afterEach, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../src/clock.js';
import type { Feature } from '../src/feature.js';
import { chat } from '../src/features/chat.js';
import { compose } from '../src/features/compose.js';
import { documents } from '../src/features/documents.js';
import { everything } from '../src/features/everything.js';
import { summaries } from '../src/features/summaries.js';
import { JOIN_MS } from '../src/joining/piece.js';
import { privateAI } from '../src/private-ai.js';
import { memoryStorage } from '../src/storage/memory-storage.js';
import { type BotContext, type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';
import { openExtractor } from './support/open-model.js';
import { writePdf } from './support/write-pdf.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** Pieces are held until `elapse`; every other wait is as long as it is. */
function windowClock() {
  const held = new Set<() => void>();
  const times: number[] = Object.values(JOIN_MS);
  const clock: Clock = {
    now: () => systemClock.now(),
    sleep: (ms, signal) =>
      times.includes(ms)
        ? new Promise((resolve, reject) => {
            const wake = () => {
              held.delete(wake);
              resolve();
            };
            held.add(wake);
            signal?.addEventListener('abort', () => {
              held.delete(wake);
              reject(signal.reason);
            });
          })
        : systemClock.sleep(ms, signal),
  };
  return {
    clock,
    get waiting() {
      return held.size;
    },
    elapse: () => {
      for (const wake of [...held]) wake();
    },
  };
}

async function start(options: OpenBotOptions) {
  const window = windowClock();
  const updates: Update[] = [];
  world = await openBot({
    ...options,
    before: (bot) =>
      bot.use((ctx, next) => {
        updates.push(structuredClone(ctx.update));
        return next();
      }),
    options: { clock: window.clock, ...options.options },
  });
  const ann = world.emu.user({ first_name: 'Ann', language_code: 'en' });
  return { ...world, ann, window, updates };
}

const words = (length: number): string =>
  'lorem ipsum dolor sit amet '
    .repeat(length)
    .slice(0, length - 1)
    .concat('.');
const lease = (deposit: number) =>
  writePdf([
    ['This is the cover of the lease.'],
    [`The deposit of ${deposit} euro is returned within thirty days.`],
  ]);

describe('a long paste', () => {
  test('that the app cut into three is one question, letter for letter', async () => {
    const { ann, asked, emu, ai } = await start({ features: [chat()] });
    const text = words(9_000);
    ann.send(text);
    await ann.sees('[Again]');
    await emu.waitFor(() => ai.jobs.running === 0);
    expect(asked.map(({ user }) => user)).toEqual([text]);
  });

  test('does not swallow a short message right behind it', async () => {
    const { ann, asked, emu } = await start({ features: [chat()] });
    const text = words(5_000);
    ann.send(text);
    ann.send('hello');
    await emu.waitFor(() => asked.length === 2);
    expect(asked.map(({ user }) => user)).toEqual([text, 'hello']);
  });

  test('that was not cut does not either, and goes first', async () => {
    const { ann, asked, emu } = await start({ features: [chat()] });
    const text = words(3_000);
    ann.send(text);
    ann.send('hello');
    await emu.waitFor(() => asked.length === 2);
    expect(asked.map(({ user }) => user)).toEqual([text, 'hello']);
  });

  test('waits a moment for more; an edit meanwhile replaces its piece', async () => {
    const { ann, asked, emu, window } = await start({ features: [chat()] });
    const message = ann.send('x'.repeat(4_096));
    await emu.waitFor(() => window.waiting === 1);
    ann.edit(message, 'y'.repeat(4_096));
    await emu.settled();
    expect(asked).toEqual([]);
    window.elapse();
    await emu.waitFor(() => asked.length === 1);
    expect(asked[0]?.user).toBe('y'.repeat(4_096));
  });

  test('behind a command belongs to the command', async () => {
    const { ann, asked, emu } = await start({ features: [compose()] });
    const text = words(5_000);
    ann.send(`/write ${text}`);
    await emu.waitFor(() => asked.length === 1);
    await ann.sees('[Another]');
    expect(asked[0]?.user).toBe(text);
  });

  test('/stop is a command at any time', async () => {
    const { ann, emu, asked, ai } = await start({ features: [chat()] });
    ann.send('x'.repeat(4_096));
    ann.send('/stop');
    await ann.sees('Stopped.');
    await emu.waitFor(() => ai.jobs.running === 0);
    expect(asked.length).toBeLessThanOrEqual(1);
  });

  test('a piece that is delivered again starts nothing', async () => {
    const { ann, asked, emu, bot, updates, ai } = await start({ features: [chat()] });
    ann.send(words(5_000));
    await ann.sees('[Again]');
    await emu.waitFor(() => ai.jobs.running === 0 && updates.length === 2);
    for (const update of [...updates]) await bot.handleUpdate(update);
    await emu.settled();
    expect(asked).toHaveLength(1);
    expect(ai.jobs.running + ai.jobs.waiting).toBe(0);
  });

  test('is left as it came where joining is off', async () => {
    const { ann, asked, emu } = await start({ features: [chat()], options: { joinMessages: false } });
    ann.send(words(5_000));
    await emu.waitFor(() => asked.length === 2);
    expect(asked.map(({ user }) => user.length)).toEqual([4_096, 904]);
  });

  test('that is held when the bot ends is not lost without a word', async () => {
    const { ann, emu, ai, window } = await start({
      features: [chat()],
      async *script() {
        for (let i = 0; ; i++) {
          yield `word${i} `;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      },
    });
    ann.send('x'.repeat(4_096));
    await emu.waitFor(() => window.waiting === 1);
    await ai.stop();
    await ann.sees('The bot is restarting.');
  });
});

describe('a process that dies while it holds a piece', () => {
  test('leaves word of it, so that the next one tells the person; once', async () => {
    const storage = { adapter: memoryStorage(), keys: [{ id: 'k', key: new Uint8Array(32).fill(1) }] };
    const { ann, emu, window, cocoon } = await start({ features: [chat()], options: { storage } });
    ann.send('x'.repeat(4_096));
    await emu.waitFor(() => window.waiting === 1);
    await emu.settled();
    const restart = async () => {
      const bot = new Bot<BotContext>(emu.token, { client: { apiRoot: emu.apiRoot } });
      const ai = privateAI<BotContext>({ cocoon, storage, operator: { name: 'Test', contact: '@test' } });
      await ai.add(chat()).setup(bot);
      await ai.stop();
    };
    await restart();
    await ann.sees('I was restarted while your messages came in.');
    await restart();
    expect(ann.screen().split('I was restarted')).toHaveLength(2);
  });

  test('leaves none when it has gone on', async () => {
    const storage = { adapter: memoryStorage(), keys: [{ id: 'k', key: new Uint8Array(32).fill(1) }] };
    const { ann, emu, ai, cocoon } = await start({ features: [chat()], options: { storage } });
    ann.send(words(5_000));
    await ann.sees('[Again]');
    await emu.waitFor(() => ai.jobs.running === 0);
    const bot = new Bot<BotContext>(emu.token, { client: { apiRoot: emu.apiRoot } });
    const next = privateAI<BotContext>({ cocoon, storage, operator: { name: 'Test', contact: '@test' } });
    await next.add(chat()).setup(bot);
    await next.stop();
    expect(ann.screen()).not.toContain('I was restarted');
  });
});

describe('an album', () => {
  test('of documents is one answer, under their names, with true pages; what cannot be read is named', async () => {
    const { ann, emu, window, events, errors } = await start({
      features: [summaries(), documents()],
      open: openExtractor,
    });
    ann.album([
      { bytes: lease(1500), name: 'Lease [old].pdf' },
      { bytes: new Uint8Array([0, 1, 2, 255]), name: 'film.bin' },
      { bytes: lease(900), name: 'New.pdf' },
    ]);
    await emu.settled();
    window.elapse();
    const screen = await ann.sees('[Ask: New.pdf]');
    expect(screen).toContain('Lease [old].pdf');
    expect(screen).toMatch(/deposit of 1500 euro.*\(p\. 2\)/);
    expect(screen).toMatch(/New\.pdf[\s\S]*deposit of 900 euro.*\(p\. 2\)/);
    expect(screen).toMatch(/Not read:\n.*film\.bin: I cannot open this kind of file/);
    expect(events.filter(({ type }) => type === 'job-started')).toHaveLength(1);
    // Each can be asked about by itself.
    ann.press('Ask: New.pdf');
    await ann.sees('Asking: New.pdf');
    ann.send('When is the deposit returned?');
    const answer = await ann.sees('[Show passage]');
    expect(answer).toContain('“The deposit of 900 euro is returned within thirty days.” (p. 2)');
    expect(errors).toEqual([]);
  });

  test('of which nothing can be read says so, once', async () => {
    const { ann, emu, window, asked } = await start({ features: everything() });
    ann.album([
      { bytes: new Uint8Array([0, 1, 2, 255]), name: 'a.bin' },
      { bytes: new Uint8Array([0, 1, 2, 254]), name: 'b.bin' },
    ]);
    await emu.settled();
    window.elapse();
    const screen = await ann.sees('b.bin: I cannot open');
    expect(screen).toContain('a.bin: I cannot open');
    expect(asked).toEqual([]);
  });
});

describe('forwarded messages', () => {
  const features = (): Feature<BotContext>[] => [summaries(), documents(), compose(), chat()];

  test('are one conversation of persons with letters; names go to the model only when asked for', async () => {
    const { ann, emu, window, asked } = await start({
      features: features(),
      script: ({ index }) => (index === 2 ? '1. Yes, *gladly*.\n2. No.\n3. Later?' : `- summary ${index}`),
    });
    ann.forward('Can you come on Friday?', { from: 'Zacharias' });
    ann.forward('Only after six.', { from: 'Wilhelmina' });
    ann.forward('Then seven.', { from: 'Zacharias' });
    await emu.settled();
    window.elapse();
    await ann.sees(/\[Reply for me\] \[Shorter\]\n.*\[With names\]/);
    expect(asked[0]?.user).toContain(
      'Person A: Can you come on Friday?\n\nPerson B: Only after six.\n\nPerson A: Then seven.',
    );
    ann.press('With names');
    await ann.sees('summary 1');
    await emu.waitFor(() => asked.length === 2);
    expect(asked[1]?.user).toContain('Zacharias: Can you come on Friday?\n\nWilhelmina: Only after six.');
    await emu.waitFor(() => (ann.lastMessage()?.text ?? '').includes('summary 1'));
    const [first] = emu
      .callsOf('sendMessage')
      .filter(({ parameters }) => String(parameters['text']).includes('summary 0'));
    expect(first).toBeDefined();
    ann.press('Reply for me');
    const screen = await ann.sees(/\[Copy 1 ⧉\] \[Copy 2 ⧉\] \[Copy 3 ⧉\]/);
    expect(screen).toMatch(/1\. Yes, gladly\.[\s\S]*2\. No\.[\s\S]*3\. Later\?/);
    expect(ann.press('Copy 1').copied).toBe('Yes, gladly.');
    // Nothing that was sent before the button named anybody.
    expect(asked[0]?.user).not.toMatch(/Zacharias|Wilhelmina/);
    ann.press('Shorter');
    await emu.waitFor(() => asked.length === 4);
    expect(asked[3]?.system).toContain('at most 5 short bullet points');
  });

  test('with documents and pictures among them are read in one go', async () => {
    const { ann, emu, window, asked } = await start({
      features: features(),
      script: ({ index }) => `- point ${index}`,
    });
    ann.forward('Please read this.', { from: 'Zacharias' });
    const file = ann.sendDocument(lease(700), { name: 'L.pdf' });
    await ann.sees('[As file]');
    const picture = ann.sendPhoto(new Uint8Array([1]));
    await emu.settled();
    const before = asked.length;
    ann.forward('Here it is.', { from: 'Zacharias' });
    ann.forward(file);
    ann.forward(picture);
    await emu.settled();
    window.elapse();
    const screen = await ann.sees('A picture: I read text only.');
    expect(screen).toMatch(/Forwarded messages[\s\S]*L\.pdf/);
    await emu.waitFor(() => asked.length === before + 2);
  });

  test('one alone is read without a letter', async () => {
    const { ann, emu, window, asked } = await start({ features: features() });
    ann.forward('The meeting is at ten in the large room.', { from: 'Zacharias' });
    await emu.waitFor(() => window.waiting === 1);
    window.elapse();
    await ann.sees('[Reply for me]');
    expect(asked[0]?.user).toMatch(/\nThe meeting is at ten in the large room\.\n/);
    expect(JSON.stringify(asked)).not.toContain('Zacharias');
  });

  test('a model that only extracts offers no answers', async () => {
    const { ann, emu, window } = await start({ features: features(), open: openExtractor });
    ann.forward('The meeting is at ten in the large room.', { from: 'Zacharias' });
    ann.forward('The rent of the room is paid.', { from: 'Zacharias' });
    await emu.settled();
    window.elapse();
    const screen = await ann.sees('[With names]');
    expect(screen).not.toContain('Reply for me');
  });
});
