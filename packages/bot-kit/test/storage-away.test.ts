// What does a bot do with a question that it cannot write down, or that Telegram delivers more than once?
import { afterEach, expect, test } from 'vitest';
import { chat } from '../src/features/chat.js';
import { memoryStorage } from '../src/storage/memory-storage.js';
import { type OpenBot, openBot } from './support/open-bot.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** `away`: the operation of the adapter that throws. Each takes a turn of the event loop, as a database would. */
async function start() {
  let away: 'read' | 'write' | undefined;
  const entries = memoryStorage();
  const asDatabase = async <T>(name: 'read' | 'write', work: () => T | Promise<T>): Promise<T> => {
    await new Promise((resolve) => setImmediate(resolve));
    if (away === name) throw new Error('connection refused');
    return work();
  };
  world = await openBot({
    features: [chat()],
    script: ({ user }) => `answer to ${user}`,
    options: {
      storage: {
        adapter: {
          read: (key) => asDatabase('read', () => entries.read(key)),
          write: (key, value) => asDatabase('write', () => entries.write(key, value)),
          delete: (key) => entries.delete(key),
        },
        keys: [{ id: 'k', key: new Uint8Array(32).fill(7) }],
      },
    },
  });
  const ann = world.emu.user({ first_name: 'Ann', language_code: 'en' });
  const setAway = (operation: typeof away) => {
    away = operation;
  };
  return { ...world, ann, setAway };
}

test.each(['read', 'write'] as const)(
  'STORAGE_FAILED: when the store cannot %s, people are told, nothing is sent, and it goes on when it can',
  async (operation) => {
    const { ann, asked, errors, events, setAway } = await start();
    setAway(operation);
    ann.send('first');
    await ann.sees('I cannot keep track of requests right now, so I sent nothing.');
    expect(asked).toEqual([]);
    expect(events).toContainEqual({ type: 'refused', feature: 'chat', code: 'STORAGE_FAILED' });
    setAway(undefined);
    ann.send('second');
    await ann.sees('answer to second');
    expect(asked.map(({ user }) => user)).toEqual(['second']);
    expect(errors).toEqual([]);
  },
);

test('one update delivered many times at once is one question', async () => {
  const { ann, ai, asked, bot, emu } = await start();
  const message = ann.send('first');
  await ann.sees('answer to first');
  await emu.waitFor(() => ai.jobs.running === 0);
  const update = { update_id: 900_000_001, message: { ...message, text: 'second' } as never };
  await Promise.all(Array.from({ length: 8 }, () => bot.handleUpdate(structuredClone(update))));
  await ann.sees('answer to second');
  await emu.waitFor(() => ai.jobs.running === 0);
  await bot.handleUpdate(structuredClone(update));
  ann.send('third');
  await ann.sees('answer to third');
  expect(asked.map(({ user }) => user)).toEqual(['first', 'second', 'third']);
  expect(ann.screen().match(/answer to second/g)).toHaveLength(1);
});
