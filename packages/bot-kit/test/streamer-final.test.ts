// Does the final message arrive whatever Telegram does, and never twice?
import { describe, expect, it } from 'vitest';
import type { StreamAnswerOptions } from '../src/streamer/stream-answer.js';
import { flood, type RecordedApi, refusal } from './recorded-api.js';

import { type Kind, play, SECOND } from './support/play-answer.js';

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
