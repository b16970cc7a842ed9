// Does anything a person wrote, a name, an id or the token come out of an error, wherever it is printed?
import { inspect } from 'node:util';
import { CocoonError } from '@cocoonkit/sdk';
import { Bot, BotError, GrammyError, HttpError } from 'grammy';
import type { Update, UserFromGetMe } from 'grammy/types';
import { describe, expect, it } from 'vitest';
import { type SafeError, safeError, safeErrors } from '../src/safe-errors.js';

const SECRETS = /my-secret|Ann|987654321|555:TOKEN|annie/;
const update: Update = {
  update_id: 1,
  message: {
    message_id: 1,
    date: 0,
    text: 'my-secret',
    from: { id: 987654321, is_bot: false, first_name: 'Ann', username: 'annie' },
    chat: { id: 987654321, type: 'private', first_name: 'Ann' },
  },
};
const grammyError = (error_code: number, description: string) =>
  new GrammyError(`Call to 'sendMessage' failed!`, { ok: false, error_code, description }, 'sendMessage', {
    chat_id: 987654321,
    text: 'my-secret',
  });
const httpError = new HttpError(
  "Network request for 'sendMessage' failed! request to https://api.telegram.org/bot555:TOKEN/sendMessage",
  Object.assign(new Error('request to https://api.telegram.org/bot555:TOKEN/x failed'), {
    code: 'ECONNRESET',
  }),
);

function named(message: string): Error {
  return new Error(message);
}

describe('safeError', () => {
  it.each([
    [
      'a refusal',
      grammyError(403, 'Forbidden: bot was blocked by the user'),
      { code: 'TELEGRAM_403', method: 'sendMessage', description: 'Forbidden: bot was blocked by the user' },
    ],
    [
      'a refusal that quotes the message',
      grammyError(400, 'Bad Request: can\'t parse entities: "my-secret"'),
      { code: 'TELEGRAM_400', method: 'sendMessage' },
    ],
    [
      'a broken connection',
      httpError,
      { code: 'TELEGRAM_UNREACHABLE', method: 'sendMessage', description: 'ECONNRESET' },
    ],
    [
      'one of our own',
      new CocoonError({ kind: 'network', code: 'JOBS_FULL', message: 'Full.', remedy: 'Wait.' }),
      { code: 'JOBS_FULL', description: 'Full.', remedy: 'Wait.' },
    ],
    ['something thrown that is no error', 'my-secret', { code: 'UNEXPECTED', at: [] }],
  ])('%s', (_, error, expected) => {
    expect(JSON.parse(JSON.stringify(safeError(error)))).toEqual(expected);
  });

  it('says where an unexpected error came from, also when its message looks like that', () => {
    const { at } = safeError(named('my-secret\n    at my-secret (my-secret.ts:1:1)\n    at Ann (x.ts:2:2)'));
    expect(at?.[0]).toMatch(/^named safe-errors\.test\.ts:\d+:\d+$/);
    expect(JSON.stringify(at)).not.toMatch(SECRETS);
    expect(
      safeError(Object.assign(named('a'), { message: 'my-secret', stack: 'x\n    at my-secret (a:1:1)' })).at,
    ).toEqual([]);
  });
});

describe('safeErrors', () => {
  const botInfo: UserFromGetMe = {
    id: 555,
    is_bot: true,
    first_name: 'Bot',
    username: 'b_bot',
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_guest_queries: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
    supports_join_request_queries: false,
  };

  it('gives hooks nothing but codes and places, and lets the bot go on', async () => {
    const seen: SafeError[] = [];
    const bot = new Bot('555:TOKEN', { botInfo });
    safeErrors(bot, {
      onError(error) {
        seen.push(error);
        throw new Error('a bad reporter');
      },
    });
    const errors: unknown[] = [
      grammyError(400, 'Bad Request: my-secret'),
      httpError,
      named('my-secret of Ann'),
    ];
    bot.use(() => {
      throw errors.shift();
    });
    for (let count = 0; count < 3; count++) {
      // As polling does: the handler gets what the middleware threw.
      await bot.handleUpdate(update).catch((error: unknown) => {
        if (!(error instanceof BotError)) throw error;
        return bot.errorHandler(error);
      });
    }
    expect(seen.map(({ code }) => code)).toEqual(['TELEGRAM_400', 'TELEGRAM_UNREACHABLE', 'UNEXPECTED']);
    expect(JSON.stringify(seen)).not.toMatch(SECRETS);
  });

  it('keeps payload, context and token out of what prints the errors of grammY', async () => {
    const bot = new Bot('555:TOKEN', { botInfo });
    safeErrors(bot, { onError: () => {} });
    bot.use(() => {
      throw grammyError(400, 'Bad Request: my-secret');
    });
    const caught: unknown = await bot.handleUpdate(update).catch((error: unknown) => error);
    for (const error of [caught, grammyError(429, 'Too Many Requests: retry after 5'), httpError]) {
      for (const shown of [
        inspect(error, { depth: 9 }),
        inspect({ error }, { depth: 9 }),
        JSON.stringify(error),
      ]) {
        expect(shown).toMatch(/TELEGRAM_/);
        expect(shown).not.toMatch(SECRETS);
      }
    }
  });

  it('keeps them out of what Node lists of an uncaught error, and there for whoever asks', () => {
    safeErrors(new Bot('555:TOKEN', { botInfo }), { onError: () => {} });
    const error = grammyError(400, 'Bad Request: chat not found');
    const broken = new HttpError('failed!', httpError.error);
    for (const one of [error, broken])
      expect(inspect(one, { customInspect: false, depth: 9 })).not.toMatch(SECRETS);
    expect(error.payload).toEqual({ chat_id: 987654321, text: 'my-secret' });
    expect(broken.error).toBe(httpError.error);
  });
});
