// Does the whole way work: a person writes, machines are verified, the sealed answer is streamed, and they know what it means?
import { afterEach, describe, expect, test } from 'vitest';
import { chat } from '../src/features/chat.js';
import { compose } from '../src/features/compose.js';
import { summaries } from '../src/features/summaries.js';
import { translation } from '../src/features/translation.js';
import type { Person } from '../src/testing/index.js';
import { type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';
import { openExtractor } from './support/open-model.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: OpenBotOptions) {
  world = await openBot(options);
  const ann = world.emu.user({ first_name: 'Ann', language_code: 'en' });
  return { ...world, ann };
}

describe('chat', () => {
  test('a question is answered, with the badge of the machines that answered', async () => {
    const { ann, asked, network, errors, events, emu } = await start({
      features: [chat()],
      script: ({ user }) => [`You asked: `, `**${user}**`],
    });
    ann.send('What is a lease?');
    await ann.sees('You asked: What is a lease?');
    await ann.sees('SIMULATED · nothing here is protected');
    expect(asked).toHaveLength(1);
    await emu.waitFor(() => network.charges.length === 1);
    expect(errors).toEqual([]);
    await emu.waitFor(() => events.some(({ type }) => type === 'job-ended'));
    expect(events.at(-1)).toMatchObject({ type: 'job-ended', outcome: 'done', calls: 1, simulated: true });
  });

  test('the turns before are remembered until /new', async () => {
    const { ann, asked, emu } = await start({ features: [chat()], script: ({ index }) => `answer ${index}` });
    ann.send('first');
    await ann.sees('answer 0');
    await emu.settled();
    ann.send('second');
    await ann.sees('answer 1');
    await emu.settled();
    ann.send('/new');
    await ann.sees('New conversation');
    ann.send('third');
    await ann.sees('answer 2');
    expect(asked.map(({ user }) => user)).toEqual(['first', 'second', 'third']);
  });

  test('a button asks again, in its own way', async () => {
    const { ann, asked } = await start({ features: [chat()], script: ({ index }) => `answer ${index}` });
    ann.send('first');
    await ann.sees(/answer 0[\s\S]*\[How\?\]/);
    ann.press('Shorter');
    await ann.sees('answer 1');
    expect(asked[1]?.system).toContain('two or three sentences');
    expect(asked[1]?.user).toBe('first');
  });
});

describe('what a person decides', () => {
  test('before the first text is sent, they have read what happens to it; then it is answered without being typed again', async () => {
    const { ann, asked } = await start({ features: [chat()], options: { consent: true } });
    ann.send('my first question');
    const screen = await ann.sees('Before we start');
    expect(screen).toContain('Bot: SIMULATED: this bot runs against test machines. Nothing is protected.');
    expect(asked).toEqual([]);
    ann.press('I understand');
    await ann.sees('Hello.');
    expect(asked.map(({ user }) => user)).toEqual(['my first question']);
  });

  test('on simulated machines the welcome takes its promise back before it makes it', async () => {
    const { ann } = await start({ features: [chat()] });
    ann.start();
    expect(await ann.sees('I understand')).toContain('Bot: SIMULATED: this bot runs against test machines.');
  });

  test.each([
    ['/stop', (ann: Person) => void ann.send('/stop')],
    ['the native stop button', (ann: Person) => ann.pressStop()],
  ])('%s ends the spending and keeps what was written', async (_, stop) => {
    let ended = false;
    const { ann, network, emu, ai } = await start({
      features: [chat()],
      async *script() {
        try {
          for (let i = 0; ; i++) {
            yield `word${i} `;
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        } finally {
          ended = true;
        }
      },
    });
    ann.send('go on and on');
    await ann.sees('word1');
    stop(ann);
    await ann.sees('Stopped.');
    await emu.waitFor(() => ended && network.running === 0 && ai.jobs.running === 0);
    expect(ann.screen()).toContain('word0 word1');
  });

  test('/privacy says what is kept; /forget asks, deletes, and counts', async () => {
    const { ann, asked, emu } = await start({ features: [chat(), summaries()] });
    ann.send('first');
    await ann.sees('Hello.');
    await emu.settled();
    ann.send('/privacy');
    const page = await ann.sees('What is kept, and for how long');
    expect(page).toContain('SIMULATED: this bot runs against test machines.');
    expect(page).toContain('This bot is run by Test Ltd. Contact: @test');
    expect(page).toContain('the last turns of our conversation: 7 days');
    expect(page).toContain('Nothing is written to disk');
    ann.send('/forget');
    await ann.sees('This cannot be undone');
    ann.press('Yes, delete');
    await ann.sees(/Deleted: [1-9]\d* records/);
    ann.send('second');
    await emu.waitFor(() => asked.length === 2);
    expect(asked[1]?.user).toBe('second');
  });

  test('a budget that is used up refuses before anything is sent', async () => {
    const { ann, asked } = await start({ features: [chat()], options: { limits: { tokensPerDay: 1 } } });
    ann.send('first');
    // Sent while the first is still being answered: it waits, and is refused once the bill of the first is known.
    ann.send('second');
    await ann.sees('Hello.');
    await ann.sees('Today’s limit is used up.');
    expect(asked).toHaveLength(1);
  });

  test('who has no access is told so', async () => {
    const { ann, asked } = await start({ features: [chat()], options: { access: () => false } });
    ann.send('hello');
    await ann.sees('This bot answers only people its operator has let in: @test');
    expect(asked).toEqual([]);
  });
});

describe('honesty', () => {
  test('machines that cannot be verified: nothing is sent, and the person knows', async () => {
    const { ann, asked, network, emu, ai } = await start({ features: [chat()] });
    ann.send('one');
    await ann.sees('[How?]');
    await emu.waitFor(() => ai.jobs.running === 0 && network.charges.length === 1);
    await network.restartProxy({ variant: 'not-in-the-registry' });
    ann.send('two');
    await ann.sees('I could not confirm that the server is genuine, so I sent nothing.');
    await ann.sees('Code: ATTESTATION_MEASUREMENT');
    expect(asked).toHaveLength(1);
    expect(network.charges).toHaveLength(1);
  });

  test('/verify shows the machines, what is not covered, and gives the evidence as a file', async () => {
    const { ann } = await start({ features: [chat()] });
    ann.send('/verify');
    const screen = await ann.sees('Evidence file');
    expect(screen).toContain('SIMULATED: these machines are made for tests.');
    expect(screen).toContain('This bot checked the proxy and the worker itself');
    expect(screen).toContain('Telegram keeps this chat as a cloud chat.');
    expect(screen).toContain('run by Test Ltd');
    ann.press('Evidence file');
    await ann.sees(/evidence-.*\.json/);
  });
});

describe('writing and translating', () => {
  test('/write drafts; a tone button rewrites what was drafted', async () => {
    const { ann, asked } = await start({
      features: [compose()],
      script: ({ index }) => `draft ${index}`,
    });
    ann.send('/write a note to my landlord');
    await ann.sees(/draft 0[\s\S]*\[Polite\]/);
    ann.press('Polite');
    await ann.sees('draft 1');
    expect(asked[1]?.user).toContain('draft 0');
    expect(asked[1]?.user).toContain('more polite');
  });

  test('/translate as a reply', async () => {
    const { ann, asked } = await start({ features: [translation()], script: () => 'Guten Tag' });
    const message = ann.send('Good day');
    ann.reply(message, '/translate de');
    await ann.sees('Guten Tag');
    expect(asked[0]?.system).toContain('into German');
    expect(asked[0]?.user).toContain('Good day');
  });

  test('a command without a text says what to do', async () => {
    const { ann, asked } = await start({ features: [translation(), compose()] });
    ann.send('/write');
    await ann.sees('Send or reply to the text you mean');
    expect(asked).toEqual([]);
  });
});

describe('a model that only extracts', () => {
  test('hides what it cannot do, and says so in one sentence', async () => {
    const { ann, emu } = await start({ features: [summaries(), chat(), translation()], open: openExtractor });
    const commands = emu.callsOf('setMyCommands').map(({ parameters }) => JSON.stringify(parameters));
    expect(commands[0]).toContain('summarize');
    expect(commands[0]).not.toContain('translate');
    ann.send('hello');
    await ann.sees('The model this bot uses cannot do that.');
  });

  test('summarises a long paste in its own sentences', async () => {
    const { ann } = await start({ features: [summaries(), chat()], open: openExtractor });
    const text = Array.from(
      { length: 40 },
      (_, i) => `Clause ${i} says that the rent of flat ${i} is due on day ${i}.`,
    );
    ann.send(text.join(' '));
    await ann.sees('These are sentences of the text itself');
    // The badge comes with the message; what was seen first may have been its draft.
    const screen = await ann.sees('SIMULATED');
    expect(screen).toMatch(/Clause \d+ says/);
  });
});
