// Does an answer grow in every kind of chat by that chat's rules?
import { describe, expect, it } from 'vitest';
import { refusal } from './recorded-api.js';

import { play, SECOND, texts } from './support/play-answer.js';

describe('while it grows', () => {
  it('a person who blocks the bot ends the source: nobody pays for what nobody reads', async () => {
    const { advance, push, answer, returned, telegram } = play('draft', {}, (api) =>
      api.next('sendMessageDraft', refusal('Forbidden: bot was blocked by the user', 403)),
    );
    push('text');
    await advance(0);
    expect(await answer).toMatchObject({ delivery: 'blocked', messages: [] });
    expect(returned()).toBe(true);
    expect(telegram.of('sendMessage')).toEqual([]);
  });

  it('groups: edits at most every 3 seconds and 15 a minute, as a reply, with a way to stop', async () => {
    const { advance, push, telegram } = play('edit');
    for (let count = 0; count < 1_200; count++) {
      push('x');
      await advance(100);
    }
    const times = telegram.calls.map(({ at }) => at);
    expect(telegram.calls[0]?.payload).toMatchObject({
      text: expect.any(String),
      reply_parameters: { message_id: 5 },
    });
    for (const [index, at] of times.entries()) {
      if (index > 0) expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(3_000);
      expect(times.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(15);
    }
    expect(times.length).toBeGreaterThan(20);
  });

  it('a message that the person deleted is not edited on; the answer comes as a new one', async () => {
    const { advance, push, end, answer, telegram } = play('edit', {}, (api) =>
      api.next('editMessageText', refusal('Bad Request: message to edit not found')),
    );
    push('a');
    await advance(4 * SECOND);
    push('b');
    await advance(30 * SECOND);
    end();
    await advance(0);
    expect(await answer).toMatchObject({
      delivery: 'delivered',
      messages: [{ messageId: expect.any(Number) }],
    });
    expect(telegram.of('editMessageText')).toHaveLength(1);
    expect(texts(telegram, 'sendMessage').at(-1)).toBe('ab');
  });

  it('an edit that changes nothing is a success', async () => {
    const { advance, push, telegram } = play('edit', {}, (api) =>
      api.next(
        'editMessageText',
        refusal('Bad Request: message is not modified'),
        refusal('Bad Request: message is not modified'),
      ),
    );
    for (const word of ['a', 'b', 'c']) {
      push(word);
      await advance(3 * SECOND);
    }
    expect(telegram.of('editMessageText').length).toBeGreaterThanOrEqual(3);
  });

  it('a first message whose fate is unknown is not sent a second time', async () => {
    const { advance, push, end, answer, telegram } = play('edit', {}, (api) =>
      api.next('sendMessage', 'drop'),
    );
    push('a');
    await advance(30 * SECOND);
    expect(telegram.of('sendMessage')).toHaveLength(1);
    end();
    await advance(0);
    expect((await answer).delivery).toBe('delivered');
    expect(telegram.of('sendMessage')).toHaveLength(2);
  });

  it('an end while the first message is on its way waits for it, and edits it', async () => {
    const { advance, push, end, answer, telegram } = play('edit', {}, (api) =>
      api.next('sendMessage', 'hang'),
    );
    push('a');
    await advance(0);
    push('b');
    end();
    await advance(5 * SECOND);
    telegram.release();
    await advance(0);
    expect(await answer).toMatchObject({ delivery: 'delivered', messages: [{ messageId: 101 }] });
    expect(telegram.of('sendMessage')).toHaveLength(1);
    expect(texts(telegram, 'editMessageText')).toEqual(['ab']);
  });

  it('business chats: typing is shown, nothing is edited, one message comes', async () => {
    const { advance, push, end, answer, telegram } = play('final');
    push('text');
    await advance(10 * SECOND);
    end();
    await advance(0);
    await answer;
    expect(telegram.calls.map(({ method }) => method)).toEqual([
      'sendChatAction',
      'sendChatAction',
      'sendChatAction',
      'sendMessage',
    ]);
    expect(telegram.calls.at(-1)?.payload).toMatchObject({ business_connection_id: 'b', text: 'text' });
  });

  it('ephemeral: the first call sends to one person, the others edit', async () => {
    const { advance, push, end, answer, telegram } = play('ephemeral');
    await advance(0);
    push('text');
    end();
    await advance(0);
    await answer;
    expect(telegram.calls).toMatchObject([
      {
        method: 'sendMessage',
        payload: { text: '…', ephemeral_message_parameters: { receiver_user_id: 8, callback_query_id: 'q' } },
      },
      {
        method: 'editEphemeralMessageText',
        payload: { text: 'text', receiver_user_id: 8, ephemeral_message_id: 101 },
      },
    ]);
  });
});
