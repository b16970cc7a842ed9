// answerInlineQuery, answerGuestQuery, savePreparedInlineMessage: messages sent through the bot.
// Limits: core.telegram.org/bots/api#answerinlinequery.
import type { InlineQueryResultsButton, Message } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import { isRecord } from '../api/params.js';
import type { InlineAnswer } from '../state/pending-queries.js';
import { shownChat } from '../state/shown-chat.js';
import type { Handler } from './handler.js';
import { readInlineResult } from './inline-result.js';
import { addEntry, userOf } from './post.js';

const MAX_RESULTS = 50;
const DEFAULT_CACHE_SECONDS = 300;

export const answerInlineQuery: Handler = (world, params) => {
  const given = params.array('results') ?? [];
  if (given.length > MAX_RESULTS) throw badRequest('RESULTS_TOO_MUCH');
  const results = given.map((one) => readInlineResult(world, one).result);
  if (new Set(results.map(({ id }) => id)).size !== results.length) throw badRequest('RESULT_ID_DUPLICATE');
  const nextOffset = params.str('next_offset') ?? '';
  if (nextOffset.length > 64) throw badRequest('NEXT_OFFSET_INVALID');
  const cacheTime = params.int('cache_time') ?? DEFAULT_CACHE_SECONDS;
  const answer: InlineAnswer = {
    results,
    cacheTime,
    isPersonal: params.bool('is_personal'),
    nextOffset,
    button: readButton(params.object('button')),
  };
  const query = world.pending.answer(params.str('inline_query_id') ?? '', 'inline', answer);
  query.onAnswer?.(answer);
  world.changed();
  return true;
};

function readButton(given: Record<string, unknown> | undefined): InlineQueryResultsButton | undefined {
  if (given === undefined) return undefined;
  const text = given['text'];
  if (typeof text !== 'string' || text === '')
    throw badRequest('can\'t parse inline query results button: Can\'t find field "text"');
  const start = given['start_parameter'];
  const app = given['web_app'];
  if ((start === undefined) === (app === undefined))
    throw badRequest(
      "can't parse inline query results button: exactly one of web_app and start_parameter must be used",
    );
  if (isRecord(app)) return { text, web_app: { url: String(app['url']) } };
  if (typeof start !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(start))
    throw badRequest('START_PARAM_INVALID');
  return { text, start_parameter: start };
}

/** One answer, which the bot posts itself and may edit by the id it gets. */
export const answerGuestQuery: Handler = (world, params) => {
  const id = params.str('guest_query_id') ?? '';
  const { content, markup } = readInlineResult(world, params.object('result'));
  const query = world.pending.answer(id, 'guest', true);
  const chat = world.chats.get(query.chat ?? 0);
  if (chat === undefined) throw badRequest('chat not found');
  const message: Message = {
    message_id: world.takeMessageId(chat),
    from: userOf(world, world.bot.id),
    guest_bot_caller_user: userOf(world, query.from),
    chat: shownChat(chat),
    date: world.date,
    ...(markup === undefined ? {} : { reply_markup: markup }),
    ...content,
  };
  const inlineId = `inline-${world.nextId()}`;
  addEntry(world, chat, message, { inlineId });
  world.changed();
  return { inline_message_id: inlineId };
};

const PREPARED_LIFE_SECONDS = 86_400;

export const savePreparedInlineMessage: Handler = (world, params) => {
  userOf(world, params.int('user_id'));
  readInlineResult(world, params.object('result'));
  if (
    !['allow_user_chats', 'allow_bot_chats', 'allow_group_chats', 'allow_channel_chats'].some((name) =>
      params.bool(name),
    )
  )
    throw badRequest('at least one chat type must be allowed');
  return { id: `prepared-${world.nextId()}`, expiration_date: world.date + PREPARED_LIFE_SECONDS };
};
