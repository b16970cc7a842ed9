// answerCallbackQuery: what the person who pressed a button gets to see.
import { badRequest } from '../api/api-failure.js';
import type { CallbackAnswer } from '../state/pending-queries.js';
import type { Handler } from './handler.js';

/** core.telegram.org/bots/api#answercallbackquery */
const MAX_ANSWER_TEXT = 200;

export const answerCallbackQuery: Handler = (world, params) => {
  const text = params.str('text');
  if (text !== undefined && text.length > MAX_ANSWER_TEXT) throw badRequest('MESSAGE_TOO_LONG');
  const url = params.str('url');
  if (
    url !== undefined &&
    !url.startsWith(`https://t.me/${world.bot.username}`) &&
    !url.startsWith(`t.me/${world.bot.username}`)
  )
    throw badRequest('URL_INVALID');
  const answer: CallbackAnswer = {
    ...(text === undefined || text === '' ? {} : { text }),
    showAlert: params.bool('show_alert'),
    ...(url === undefined ? {} : { url }),
  };
  world.pending.answer(params.str('callback_query_id') ?? '', 'callback', answer);
  world.changed();
  return true;
};
