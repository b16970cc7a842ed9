// What may the operator's own code do around the model, and what happens when it throws, hangs or says no?
import { afterEach, describe, expect, test } from 'vitest';
import { chat } from '../src/features/chat.js';
import { inlineMode } from '../src/features/inline-mode.js';
import { starsPlan } from '../src/features/stars-plan.js';
import { summaries } from '../src/features/summaries.js';
import type { ModelResult, PricedRequest } from '../src/hooks/model-result.js';
import { refusal } from '../src/hooks/refusal.js';
import type { PrivateAIOptions } from '../src/kit/settings.js';
import { type BotContext, type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';
import { openWriter } from './support/open-model.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(hooks: Partial<PrivateAIOptions<BotContext>>, more: Partial<OpenBotOptions> = {}) {
  world = await openBot({ features: [chat()], ...more, options: hooks });
  const ann = world.emu.user({ first_name: 'Ann', language_code: 'en' });
  return { ...world, ann };
}

const SECRET = 'the-secret-word';
/** Nothing the kit says of errors holds what was written. */
const nothingLeaked = ({ events, errors }: Pick<OpenBot, 'events' | 'errors'>) => {
  expect(
    JSON.stringify(events, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
  ).not.toContain(SECRET);
  expect(errors).toEqual([]);
};
const ended = ({ emu, events }: Pick<OpenBot, 'emu' | 'events'>) =>
  emu.waitFor(() => events.some(({ type }) => type === 'job-ended'));
const hangs =
  (aborted: () => void) =>
  (_: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise<never>(() => signal.addEventListener('abort', aborted));

describe('beforeModel', () => {
  test('changes what is sealed', async () => {
    const { ann, asked } = await start({
      beforeModel: (request) => ({
        ...request,
        messages: request.messages.map((one) => ({
          ...one,
          content: String(one.content).replaceAll(SECRET, '█'),
        })),
      }),
    });
    ann.send(`my code is ${SECRET}`);
    await ann.sees('Hello.');
    expect(asked[0]?.user).toBe('my code is █');
  });

  test('refuses in its own words: nothing is sent, and the words go to the person alone', async () => {
    const open = await start({
      beforeModel: () => {
        throw refusal(`Not about ${SECRET}.`);
      },
    });
    open.ann.send('hello');
    await open.ann.sees(`Not about ${SECRET}.`);
    await ended(open);
    expect(open.asked).toEqual([]);
    expect(open.network.charges).toEqual([]);
    expect(open.events.at(-1)).toMatchObject({ outcome: 'failed', code: 'REFUSED_BY_OPERATOR' });
    nothingLeaked(open);
  });

  test('throws: nothing is sent, and nothing it says gets out', async () => {
    const open = await start({
      beforeModel: ({ messages }) => {
        throw Object.assign(new Error(JSON.stringify(messages)), { code: SECRET });
      },
    });
    open.ann.send(`about ${SECRET}`);
    const screen = await open.ann.sees('Code: HOOK_FAILED');
    expect(screen).toContain('Something the operator added to this bot did not work, so I stopped.');
    await ended(open);
    expect(open.asked).toEqual([]);
    expect(open.events).toContainEqual({ type: 'hook-failed', hook: 'beforeModel', code: 'HOOK_FAILED' });
    nothingLeaked(open);
  });

  test('forgets to return what it cleaned: the original is not sent instead', async () => {
    const { ann, asked } = await start({ beforeModel: (() => undefined) as never });
    ann.send('hello');
    await ann.sees('Code: HOOK_FAILED');
    expect(asked).toEqual([]);
  });

  test('hangs: its signal is aborted, nothing is sent', async () => {
    let aborted = 0;
    const { ann, asked } = await start({ beforeModel: hangs(() => aborted++), limits: { hookMs: 20 } });
    ann.send('hello');
    await ann.sees('Code: HOOK_TIMEOUT');
    expect(asked).toEqual([]);
    expect(aborted).toBe(1);
  });

  test('a refused part refuses the whole summary, although parts that fail are otherwise left out', async () => {
    let calls = 0;
    const { ann } = await start(
      {
        beforeModel: (request) => {
          if (++calls === 2) throw refusal('Not this.');
          return request;
        },
        reply: { transport: 'final' },
      },
      { features: [summaries()], open: () => openWriter(() => 'note', 4_096) },
    );
    const text = 'The house at number seven has a green door and a long history. '.repeat(600);
    ann.sendDocument(new TextEncoder().encode(text), { name: 'house.txt', mime: 'text/plain' });
    await ann.sees('Not this.');
    expect(calls).toBeGreaterThan(1);
    expect(ann.screen()).not.toContain('note');
  });
});

describe('afterModel', () => {
  test('reads the whole text with its verified bill', async () => {
    const seen: ModelResult[] = [];
    const open = await start(
      { afterModel: (result) => void seen.push(result) },
      { script: () => ['It is ', 'green.'] },
    );
    open.ann.send('hello');
    await open.ann.sees('[How?]');
    expect(seen).toMatchObject([{ text: 'It is green.', whole: true, simulated: true }]);
    expect(seen[0]?.completionTokens).toBeGreaterThan(0);
    expect(seen[0]?.cost).toBeGreaterThan(0n);
  });

  test.each(['final', 'draft', 'edit'] as const)(
    'refuses: the message that stays is not sent (%s)',
    async (transport) => {
      const open = await start(
        {
          reply: { transport },
          afterModel: ({ text }) => {
            if (text.includes(SECRET)) throw refusal();
          },
        },
        { script: () => `It is ${SECRET}.` },
      );
      open.ann.send('hello');
      await open.ann.sees('The rules of this bot do not allow that.');
      await ended(open);
      await open.emu.settled();
      expect(open.ann.screen()).not.toContain(SECRET);
      const sent = JSON.stringify(open.emu.callsOf('sendMessage').map(({ parameters }) => parameters));
      expect(sent).not.toContain(SECRET);
      if (transport === 'final') expect(open.emu.leaks(SECRET)).toEqual([]);
      nothingLeaked(open);
      // A refused turn is not remembered.
      open.ann.send('again');
      await open.emu.waitFor(() => open.asked.length === 2);
      expect(open.asked[1]?.user).toBe('again');
    },
  );

  test('pressing Stop does not get around it', async () => {
    const seen: ModelResult[] = [];
    const open = await start(
      {
        afterModel: (result) => {
          seen.push(result);
          throw refusal();
        },
      },
      {
        async *script() {
          for (;;) {
            yield `${SECRET} `;
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        },
      },
    );
    open.ann.send('hello');
    await open.ann.sees(SECRET);
    open.ann.send('/stop');
    await open.ann.sees('The rules of this bot do not allow that.');
    await ended(open);
    expect(seen).toMatchObject([{ whole: false }]);
    expect(seen[0]?.text).toContain(SECRET);
    const sent = JSON.stringify(open.emu.callsOf('sendMessage').map(({ parameters }) => parameters));
    expect(sent).not.toContain(SECRET);
  });

  test('one version of an inline text refused: none is offered', async () => {
    const open = await start(
      {
        afterModel: ({ text }) => {
          if (text.includes('polite')) throw refusal();
        },
      },
      {
        features: [inlineMode()],
        script: ({ system }) => (system.includes('polite') ? 'polite version' : 'other version'),
      },
    );
    const { results, button } = await open.ann.typeInline('give me the keys..').answer();
    expect(results).toEqual([]);
    expect(button?.text).toContain('The rules of this bot do not allow that.');
  });

  test('throws: the answer is withheld, the person knows, nothing leaks', async () => {
    const open = await start(
      {
        reply: { transport: 'final' },
        afterModel: ({ text }) => {
          throw new Error(text);
        },
      },
      { script: () => SECRET },
    );
    open.ann.send('hello');
    await open.ann.sees('Code: HOOK_FAILED');
    await ended(open);
    expect(open.ann.screen()).not.toContain(SECRET);
    nothingLeaked(open);
  });
});

describe('price', () => {
  test('a flat price above what is left refuses before anything is sent, and Stars are offered', async () => {
    const priced: PricedRequest[] = [];
    const open = await start(
      {
        limits: { tokensPerDay: 3 },
        price: (request) => {
          priced.push(request);
          return 2;
        },
      },
      { features: [starsPlan({ price: 50, tokens: 10 }), chat()] },
    );
    open.ann.send('first');
    await open.ann.sees('Hello.');
    await ended(open);
    open.ann.send('/balance');
    await open.ann.sees('Free today: 1 of 3');
    open.ann.send('second');
    await open.ann.sees('[Pay 50 ⭐]');
    expect(open.asked).toHaveLength(1);
    expect(priced.find(({ usage }) => usage !== undefined)).toMatchObject({
      feature: 'chat',
      usage: { calls: 1, outcome: 'done' },
    });
    open.ann.pay();
    await open.ann.sees(/Hello\.[\s\S]*Hello\./);
    await open.emu.waitFor(() => open.events.filter(({ type }) => type === 'job-ended').length === 2);
    open.ann.send('/balance');
    // One was left of the day; the other is paid.
    await open.ann.sees(/Free today: 0 of 3[\s\S]*Paid: 9 /);
  });

  test('free requests go on when the day is used up', async () => {
    const open = await start({ limits: { tokensPerDay: 1 }, price: () => 0 });
    for (const text of ['one', 'two']) {
      open.ann.send(text);
      await open.emu.waitFor(
        () => open.events.filter(({ type }) => type === 'job-ended').length > (text === 'one' ? 0 : 1),
      );
    }
    expect(open.asked).toHaveLength(2);
  });

  test.each([
    [
      'throws before',
      (): number => {
        throw new Error(SECRET);
      },
    ],
    ['gives no number', (): number => Number.NaN],
    ['gives less than nothing', (): number => -1],
  ])('%s: nothing is sent', async (_, price) => {
    const open = await start({ price });
    open.ann.send('hello');
    await open.ann.sees('Code: HOOK_FAILED');
    expect(open.asked).toEqual([]);
    nothingLeaked(open);
  });

  test('throws after: the person pays the tokens, and has the answer', async () => {
    const open = await start(
      {
        limits: { tokensPerDay: 1_000_000 },
        price: ({ usage }) => {
          if (usage !== undefined) throw new Error('away');
          return undefined;
        },
      },
      { features: [starsPlan({ price: 50, tokens: 10 }), chat()] },
    );
    open.ann.send('hello');
    await open.ann.sees('Hello.');
    await ended(open);
    open.ann.send('/balance');
    await open.ann.sees(/Free today: 999,\d+ of 1,000,000/);
  });
});
