// Does an answer grow calmly, end exactly once, and survive everything Telegram and people do to it?
import { autoRetry } from '@grammyjs/auto-retry';
import { describe, expect, it } from 'vitest';
import { draftOutlet } from '../src/streamer/draft-outlet.js';
import { editOutlet } from '../src/streamer/edit-outlet.js';
import { ephemeralOutlet } from '../src/streamer/ephemeral-outlet.js';
import { finalOutlet } from '../src/streamer/final-outlet.js';
import { inlineOutlet } from '../src/streamer/inline-outlet.js';
import type { Outlet } from '../src/streamer/outlet.js';
import {
  type StreamAnswerOptions,
  type StreamedAnswer,
  streamAnswer,
} from '../src/streamer/stream-answer.js';
import { createManualClock } from '../src/testing/manual-clock.js';
import { plain } from '../src/text/formatted-text.js';
import { flood, type RecordedApi, recordedApi, refusal, scriptedSource } from './recorded-api.js';

const CHAT = 42;
const SECOND = 1_000;

type Kind = 'draft' | 'edit' | 'inline' | 'ephemeral' | 'final';

function outletOf(kind: Kind, { api }: RecordedApi): Outlet {
  switch (kind) {
    case 'draft':
      return draftOutlet(api, { chatId: CHAT, draftId: 7 });
    case 'edit':
      return editOutlet(api, { chatId: CHAT, replyTo: 5 });
    case 'inline':
      return inlineOutlet(api, { inlineMessageId: 'inline' });
    case 'ephemeral':
      return ephemeralOutlet(api, { chatId: CHAT, userId: 8, callbackQueryId: 'q' });
    case 'final':
      return finalOutlet(api, { chatId: CHAT, businessConnectionId: 'b' });
    default:
      return kind satisfies never;
  }
}

function play(
  kind: Kind = 'draft',
  options: Partial<StreamAnswerOptions> = {},
  prepare?: (api: RecordedApi) => void,
) {
  const clock = createManualClock(0);
  const telegram = recordedApi(() => clock.now());
  prepare?.(telegram);
  const script = scriptedSource();
  const stop = new AbortController();
  let done: StreamedAnswer | undefined;
  const answer = streamAnswer({
    source: script.source,
    outlet: outletOf(kind, telegram),
    clock,
    signal: stop.signal,
    ...options,
  }).then((result) => {
    done = result;
    return result;
  });
  return {
    clock,
    telegram,
    ...script,
    stop,
    answer,
    done: () => done,
    advance: (ms: number) => clock.advance(ms),
  };
}

const texts = (telegram: RecordedApi, method: string) =>
  telegram.of(method).map(({ payload }) => payload['text']);

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

describe('the end', () => {
  it.each<Kind>(['draft', 'edit', 'inline', 'ephemeral', 'final'])(
    '%s: stop ends the source at once and sends what exists',
    async (kind) => {
      for (const stopAt of [0, 1, 399, 400, 3_000, 3_001]) {
        const { advance, push, stop, answer, returned, telegram } = play(kind, {
          note: () => plain('Stopped.'),
        });
        if (stopAt > 0) push('So far **so');
        await advance(stopAt);
        stop.abort('user');
        await advance(2 * SECOND);
        const result = await answer;
        expect(returned()).toBe(true);
        expect(result).toMatchObject({
          stopped: true,
          delivery: 'delivered',
          end: { how: 'stopped', reason: 'user' },
        });
        const last = telegram.calls.filter(({ method }) => method !== 'sendChatAction').at(-1);
        expect(last?.payload['text']).toBe(stopAt > 0 ? 'So far so\n\nStopped.' : 'Stopped.');
        const { length } = telegram.calls;
        await advance(120 * SECOND);
        expect(telegram.calls).toHaveLength(length);
      }
    },
  );

  it('a stop before the beginning asks the source for nothing', async () => {
    let asked = false;
    const controller = new AbortController();
    controller.abort();
    const { advance, answer } = play('draft', {
      signal: controller.signal,
      source: () => {
        asked = true;
        return scriptedSource().source;
      },
    });
    await advance(0);
    expect(await answer).toMatchObject({ delivery: 'empty', stopped: true });
    expect(asked).toBe(false);
  });

  it('a source that fails leaves what it wrote, with a word about it', async () => {
    const error = new Error('the model is gone');
    const { advance, push, fail, answer, telegram } = play('draft', {
      note: (end) => (end.how === 'failed' ? plain('It broke off.') : undefined),
    });
    push('Half an ans');
    await advance(100);
    fail(error);
    await advance(0);
    expect(await answer).toMatchObject({
      end: { how: 'failed', error },
      delivery: 'delivered',
      stopped: false,
    });
    expect(texts(telegram, 'sendMessage')).toEqual(['Half an ans\n\nIt broke off.']);
  });

  it('footer and keyboard are on the last message, and not on one that says nothing', async () => {
    const keyboard = { inline_keyboard: [[{ text: 'Again', callback_data: 'a' }]] };
    const footer = plain('🛡 Private');
    const { advance, push, end, answer, telegram } = play('draft', {
      footer: () => footer,
      keyboard: () => keyboard,
    });
    push(`${'word '.repeat(1_000)}`);
    end();
    await advance(0);
    await answer;
    const sent = telegram.of('sendMessage').map(({ payload }) => payload);
    expect(sent).toHaveLength(2);
    expect(sent[0]?.['reply_markup']).toBeUndefined();
    expect(sent[0]?.['text']).toMatch(/word\n\n\(1\/2\)$/);
    expect(sent[1]).toMatchObject({
      reply_markup: keyboard,
      text: expect.stringMatching(/word\n\n🛡 Private\n\n\(2\/2\)$/),
    });

    const empty = play('draft', { footer: () => footer });
    empty.end();
    await empty.advance(0);
    expect(await empty.answer).toMatchObject({ delivery: 'empty', messages: [] });
    expect(empty.telegram.of('sendMessage')).toEqual([]);
  });

  it('what is longer than three messages is one message and a file', async () => {
    const { advance, push, end, answer, telegram } = play('draft', { fileName: 'summary.md' });
    push('word '.repeat(4_000));
    end();
    await advance(0);
    expect((await answer).messages).toHaveLength(2);
    expect(telegram.of('sendMessage')).toHaveLength(1);
    expect(telegram.of('sendDocument')).toHaveLength(1);
  });

  it('where one message is possible, the rest is cut, and the result says so', async () => {
    const { advance, push, end, answer, telegram } = play('inline');
    push('word '.repeat(2_000));
    end();
    await advance(0);
    expect(await answer).toMatchObject({ cut: true, delivery: 'delivered' });
    expect(texts(telegram, 'editMessageText').at(-1)).toMatch(/word\n\n…$/);
  });

  it('a long answer shows its end while it grows', async () => {
    const { advance, push, telegram } = play();
    for (let count = 0; count < 1_500; count++) push(`line ${count}\n`);
    await advance(400);
    const text = String(texts(telegram, 'sendMessageDraft').at(-1));
    expect(text.length).toBeLessThanOrEqual(4_000);
    expect(text).toMatch(/^…\nline \d+\n/);
    expect(text.endsWith('line 1499')).toBe(true);
  });
});

describe('the final message', () => {
  const finish = async (
    prepare: (api: RecordedApi) => void,
    kind: Kind = 'draft',
    options: Partial<StreamAnswerOptions> = {},
  ) => {
    const played = play(kind, options, prepare);
    played.push('a **b** @name');
    played.end();
    await played.advance(300 * SECOND);
    return { ...played, result: await played.answer };
  };

  it.each([
    ['flood answers', [flood(20), flood(40)], [0, 20_000, 60_000]],
    ['failures of Telegram', [refusal('Bad Gateway', 502), refusal('x', 500)], [0, 1_000, 3_000]],
    ['a network that is away', ['refuse', 'refuse', 'refuse'] as const, [0, 1_000, 3_000, 7_000]],
  ])('waits out %s', async (_, answers, times) => {
    const { telegram, result } = await finish((api) => api.next('sendMessage', ...answers));
    expect(telegram.of('sendMessage').map(({ at }) => at)).toEqual(times);
    expect(result).toMatchObject({ delivery: 'delivered', messages: [{}] });
  });

  it('gives up when Telegram asks for more time than there is', async () => {
    const { telegram, result } = await finish((api) => api.next('sendMessage', flood(241)));
    expect(telegram.of('sendMessage')).toHaveLength(1);
    expect(result).toMatchObject({ delivery: 'failed', messages: [], error: { error_code: 429 } });
  });

  it('is not sent again when nobody knows whether it arrived', async () => {
    const { telegram, result } = await finish((api) => api.next('sendMessage', 'drop'));
    expect(telegram.of('sendMessage')).toHaveLength(1);
    expect(result).toMatchObject({ delivery: 'uncertain', messages: [] });
  });

  it('is sent again all the same for those who prefer that', async () => {
    const { telegram, result } = await finish((api) => api.next('sendMessage', 'drop'), 'draft', {
      repeatUncertain: true,
    });
    expect(telegram.of('sendMessage')).toHaveLength(2);
    expect(result.delivery).toBe('delivered');
  });

  it('as an edit is repeated without doubt: it cannot double anything', async () => {
    const { telegram, result } = await finish(
      (api) => api.next('editMessageText', 'drop', 'drop', refusal('Bad Request: message is not modified')),
      'edit',
    );
    expect(telegram.of('sendMessage')).toHaveLength(1);
    expect(telegram.of('editMessageText')).toHaveLength(3);
    expect(result).toMatchObject({ delivery: 'delivered', messages: [{ messageId: 101 }] });
  });

  it('that hangs is given up at the deadline, as uncertain', async () => {
    const { telegram, result } = await finish((api) => api.next('sendMessage', 'hang'));
    expect(telegram.of('sendMessage')[0]?.aborted()).toBe(true);
    expect(result.delivery).toBe('uncertain');
  });

  it('whose entities are refused goes out bare, and still nothing in it can be pressed', async () => {
    const { telegram, result } = await finish((api) =>
      api.next('sendMessage', refusal("Bad Request: can't parse entities")),
    );
    expect(telegram.of('sendMessage')[1]?.payload).toMatchObject({ text: 'a b @\u2060name', entities: [] });
    expect(result.delivery).toBe('delivered');
  });

  it('that is refused both ways ends as failed', async () => {
    const { result, telegram } = await finish((api) =>
      api.next('sendMessage', refusal('Bad Request: no'), refusal('Bad Request: no')),
    );
    expect(telegram.of('sendMessage')).toHaveLength(2);
    expect(result).toMatchObject({ delivery: 'failed', error: { error_code: 400 } });
  });

  it('to a person who blocked the bot is not tried again', async () => {
    const { result, telegram } = await finish((api) =>
      api.next('sendMessage', refusal('Forbidden: bot was blocked by the user', 403)),
    );
    expect(telegram.of('sendMessage')).toHaveLength(1);
    expect(result.delivery).toBe('blocked');
  });

  it('of several parts stops at the part that failed, and keeps what was delivered', async () => {
    const { advance, push, end, answer, telegram } = play('draft', {}, (api) => api.next('sendMessage'));
    push('word '.repeat(2_000));
    telegram.next('sendMessage', flood(0), 'drop');
    end();
    await advance(SECOND);
    const result = await answer;
    expect(result.delivery).toBe('uncertain');
    expect(telegram.of('sendMessage')).toHaveLength(2);
  });
});

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
