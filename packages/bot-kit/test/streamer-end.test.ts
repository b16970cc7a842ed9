// Does an answer end exactly once, however its source ends, and is everything it says on the right message?
import { describe, expect, it } from 'vitest';
import { plain } from '../src/text/formatted-text.js';
import { scriptedSource } from './recorded-api.js';

import { type Kind, play, SECOND, texts } from './support/play-answer.js';

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
