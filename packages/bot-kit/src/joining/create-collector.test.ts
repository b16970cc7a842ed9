// Does the collector keep its limits, and lose nothing when it meets them?
import { Api, Context } from 'grammy';
import type { Message, Update, UserFromGetMe } from 'grammy/types';
import { describe, expect, it } from 'vitest';
import type { AIContext } from '../feature.js';
import { createManualClock } from '../testing/manual-clock.js';
import { createCollector } from './create-collector.js';

const BOT = { id: 1, is_bot: true, first_name: 'Bot', username: 'bot' } as UserFromGetMe;

function open() {
  const clock = createManualClock();
  const requests: number[][] = [];
  const errors: unknown[] = [];
  const api = new Api('1:none');
  api.config.use(async () => ({ ok: true, result: true as never }));
  const collector = createCollector<AIContext>({
    clock,
    joins: () => true,
    onHold: async () => undefined,
    onGone: async () => undefined,
    onError: async (_, error) => void errors.push(error),
  });
  let update = 0;
  const receive = async (
    message: Partial<Message>,
    { user = 7, fails = false, type = 'message' as 'message' | 'edited_message' } = {},
  ) => {
    const id = ++update;
    const whole = {
      message_id: id,
      date: 1_000,
      chat: { id: user, type: 'private', first_name: 'Ann' },
      from: { id: user, is_bot: false, first_name: 'Ann' },
      ...message,
    };
    const given = { update_id: id, [type]: whole } as unknown as Update;
    const ctx = new Context(given, api, BOT) as AIContext;
    await collector.middleware(ctx, async () => {
      requests.push(collector.messagesOf(ctx).map(({ message_id }) => message_id));
      if (fails) throw new Error('a handler failed');
    });
    return ctx;
  };
  return { clock, requests, errors, collector, receive };
}

const forward = (text: string): Partial<Message> => ({
  text,
  forward_origin: { type: 'hidden_user', sender_user_name: 'Bob', date: 1 },
});

describe('collector', () => {
  it('begins another request after a hundred pieces, and has every one of them', async () => {
    const { clock, requests, receive } = open();
    for (let i = 0; i < 250; i++) await receive(forward(`message ${i}`));
    await clock.advance(3_000);
    expect(requests.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(requests.flat()).toEqual(Array.from({ length: 250 }, (_, i) => i + 1));
  });

  it('begins another one above 300,000 characters', async () => {
    const { clock, requests, receive } = open();
    for (let i = 0; i < 80; i++) await receive(forward('x'.repeat(4_096)));
    await clock.advance(3_000);
    expect(requests.map(({ length }) => length)).toEqual([73, 7]);
  });

  it('lets the first person go on when a thousand and one are held', async () => {
    const { requests, receive } = open();
    for (let user = 1; user <= 1_001; user++) await receive(forward('hello'), { user });
    expect(requests).toEqual([[1]]);
  });

  it('holds nobody longer than fifteen seconds, however steadily pieces come', async () => {
    const { clock, requests, receive } = open();
    for (let i = 0; i < 10; i++) {
      await receive(forward('more'));
      await clock.advance(2_000);
    }
    expect(requests[0]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('keeps people and chats apart, and messages of another time', async () => {
    const { clock, requests, receive } = open();
    await receive(forward('a'), { user: 1 });
    await receive(forward('b'), { user: 2 });
    // Everything that was written while the bot was away comes at once.
    await receive({ ...forward('c'), date: 2_000 }, { user: 1 });
    await clock.advance(3_000);
    expect(requests).toEqual([[1], [2], [3]]);
  });

  it('joins an album and nothing of the next one', async () => {
    const { clock, requests, receive } = open();
    const piece = (group: string): Partial<Message> => ({
      media_group_id: group,
      document: { file_id: 'f', file_unique_id: 'f' },
    });
    for (const group of ['a', 'a', 'b']) await receive(piece(group));
    await clock.advance(1_500);
    expect(requests).toEqual([[1, 2], [3]]);
  });

  it('tells what failed, since no middleware waits for it', async () => {
    const { clock, errors, receive } = open();
    await receive(forward('a'), { fails: true });
    await clock.advance(3_000);
    expect(errors).toMatchObject([{ message: 'a handler failed' }]);
  });

  it('lets an edit of something else pass', async () => {
    const { requests, receive } = open();
    await receive({ text: 'edited' }, { type: 'edited_message' });
    expect(requests).toHaveLength(1);
  });

  it('holds nothing any more when it is closed', async () => {
    const { collector, requests, receive } = open();
    await receive(forward('a'));
    await collector.close();
    await receive(forward('b'));
    expect(requests).toEqual([[1], [2]]);
  });
});
