// Do drafts grow calmly, and give way when Telegram is slow or says no?
import { autoRetry } from '@grammyjs/auto-retry';
import { describe, expect, it } from 'vitest';
import { flood, refusal, scriptedSource } from './recorded-api.js';

import { CHAT, play, SECOND, texts } from './support/play-answer.js';

describe('drafts', () => {
  it('think at once, grow at most every 400 ms, and end in one message', async () => {
    const { advance, push, end, answer, telegram } = play();
    await advance(0);
    expect(telegram.calls).toMatchObject([
      {
        method: 'sendMessageDraft',
        payload: { chat_id: CHAT, draft_id: 7, text: '', can_stop: true },
        at: 0,
      },
    ]);
    push('**He');
    await advance(100);
    push('llo**');
    await advance(299);
    expect(telegram.calls).toHaveLength(1);
    await advance(1);
    expect(telegram.calls.at(-1)).toMatchObject({
      at: 400,
      payload: { text: 'Hello', entities: [{ type: 'bold', offset: 0, length: 5 }] },
    });
    push(' world');
    end();
    await advance(0);
    const result = await answer;
    expect(telegram.of('sendMessage')).toMatchObject([
      {
        payload: {
          chat_id: CHAT,
          text: 'Hello world',
          entities: [{ type: 'bold' }],
          link_preview_options: { is_disabled: true },
        },
      },
    ]);
    expect(telegram.calls.at(-1)?.method).toBe('sendMessage');
    expect(result).toMatchObject({
      text: '**Hello** world',
      delivery: 'delivered',
      stopped: false,
      end: { how: 'whole' },
    });
    expect(result.messages).toEqual([{ messageId: expect.any(Number) }]);
    expect(telegram.calls.some(({ method }) => method.startsWith('delete'))).toBe(false);
  });

  it('slow down after 20 seconds, and are kept alive every 20 while the model is silent', async () => {
    const { advance, push, telegram } = play();
    push('a');
    await advance(400);
    await advance(25 * SECOND);
    expect(telegram.calls.map(({ at }) => at)).toEqual([0, 400, 20_400]);
    for (let count = 0; count < 30; count++) {
      push('b');
      await advance(100);
    }
    const later = telegram.calls.map(({ at }) => at).filter((at) => at > 20_400);
    for (const [index, at] of later.entries())
      if (index > 0) expect(at - (later[index - 1] ?? 0)).toBeGreaterThanOrEqual(SECOND);
    expect(later.length).toBeGreaterThan(1);
  });

  it('show a status until the first text comes', async () => {
    let status = (_: string) => {};
    const script = scriptedSource();
    const { advance, telegram } = play('draft', {
      source: (tools) => {
        status = tools.status;
        return script.source;
      },
    });
    await advance(0);
    status('Reading page 1 of 500');
    await advance(400);
    status('Reading page 2 of 500');
    status('Reading page 3 of 500');
    await advance(400);
    script.push('Text');
    status('Reading page 4 of 500');
    await advance(400);
    expect(texts(telegram, 'sendMessageDraft')).toEqual([
      '',
      'Reading page 1 of 500',
      'Reading page 3 of 500',
      'Text',
    ]);
  });

  it('skip versions while a call hangs, and never have two calls at once', async () => {
    const { advance, push, telegram } = play('draft', {}, (api) => api.next('sendMessageDraft', 'hang'));
    await advance(0);
    for (const word of ['a', 'b', 'c']) {
      push(word);
      await advance(500);
    }
    expect(telegram.calls).toHaveLength(1);
    telegram.release();
    await advance(0);
    expect(texts(telegram, 'sendMessageDraft')).toEqual(['', 'abc']);
  });

  it('call off a call that hangs for 3 seconds when there is newer text, and not before', async () => {
    const { advance, push, telegram } = play('draft', {}, (api) => api.next('sendMessageDraft', 'hang'));
    await advance(10 * SECOND);
    expect(telegram.calls[0]?.aborted()).toBe(false);
    push('new');
    await advance(0);
    expect(telegram.calls[0]?.aborted()).toBe(true);
    await advance(SECOND);
    expect(texts(telegram, 'sendMessageDraft').at(-1)).toBe('new');
  });

  it('a call that hangs at the end delays the answer by a second and a half, and is called off', async () => {
    const { advance, push, end, telegram } = play('draft', {}, (api) => api.next('sendMessageDraft', 'hang'));
    push('text');
    await advance(0);
    end();
    await advance(1_499);
    expect(telegram.of('sendMessage')).toEqual([]);
    await advance(1);
    expect(telegram.calls[0]?.aborted()).toBe(true);
    expect(texts(telegram, 'sendMessage')).toEqual(['text']);
    await advance(60 * SECOND);
    expect(telegram.calls).toHaveLength(2);
  });

  it('pause on a flood answer, but the final message does not', async () => {
    const { advance, push, end, answer, telegram } = play('draft', {}, (api) =>
      api.next('sendMessageDraft', flood(30)),
    );
    push('a');
    await advance(29_999);
    expect(telegram.calls).toHaveLength(1);
    end();
    await advance(0);
    expect((await answer).delivery).toBe('delivered');
    expect(telegram.calls.map(({ method, at }) => [method, at])).toEqual([
      ['sendMessageDraft', 0],
      ['sendMessage', 29_999],
    ]);
  });

  it('go on after a flood answer at half the speed, still as drafts', async () => {
    const { advance, push, telegram } = play('draft', {}, (api) =>
      api.next('sendMessageDraft', flood(5), flood(5), flood(5)),
    );
    for (let count = 0; count < 400; count++) {
      push('x');
      await advance(100);
    }
    const times = telegram.of('sendMessageDraft').map(({ at }) => at);
    expect(times.slice(0, 3)).toEqual([0, 5_000, 10_000]);
    expect(telegram.of('editMessageText')).toEqual([]);
    for (const [index, at] of times.entries())
      if (index > 3) expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(3_200);
  });

  it.each([
    [
      'refused',
      [refusal('Bad Request: TEXTDRAFT_PEER_INVALID'), refusal('Bad Request: TEXTDRAFT_PEER_INVALID')],
    ],
    ['failing with 5xx', [refusal('Internal Server Error', 500), refusal('Bad Gateway', 502)]],
    ['dropped', ['drop', 'drop'] as const],
  ])('%s twice become edits of one message', async (_, answers) => {
    const { advance, push, end, answer, telegram } = play('draft', {}, (api) =>
      api.next('sendMessageDraft', ...answers),
    );
    push('one');
    await advance(2 * SECOND);
    push(' two');
    await advance(5 * SECOND);
    end();
    await advance(0);
    const result = await answer;
    expect(telegram.of('sendMessageDraft')).toHaveLength(2);
    expect(telegram.of('sendMessage')).toHaveLength(1);
    expect(texts(telegram, 'editMessageText').at(-1)).toBe('one two');
    expect(result.messages).toHaveLength(1);
    expect(result.delivery).toBe('delivered');
  });

  it('one failure between successes changes nothing', async () => {
    const { advance, push, telegram } = play('draft', {}, (api) => api.next('sendMessageDraft', 'drop'));
    for (let count = 0; count < 3; count++) {
      push('a');
      await advance(SECOND);
      telegram.next('sendMessageDraft', 'drop');
      push('a');
      await advance(SECOND);
    }
    expect(telegram.of('sendMessage')).toEqual([]);
  });

  it('with auto-retry: an old draft is not repeated after a flood answer, and the end does not wait', async () => {
    const { advance, push, end, answer, telegram } = play('draft', {}, (api) => {
      api.next('sendMessageDraft', flood(3_600));
      api.api.config.use(autoRetry());
    });
    push('old');
    await advance(0);
    push(' new');
    await advance(4 * SECOND);
    const drafts = texts(telegram, 'sendMessageDraft');
    expect(drafts.filter((text) => text !== 'old new')).toHaveLength(1);
    end();
    await advance(2 * SECOND);
    expect((await answer).delivery).toBe('delivered');
    expect(texts(telegram, 'sendMessage')).toEqual(['old new']);
  });
});
