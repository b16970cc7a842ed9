// editEphemeralMessageText and its like: changing what one person alone sees. Answers are `true`, not messages.
import type { Message } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import type { Params } from '../api/params.js';
import { readRich } from '../rich/read-rich.js';
import type { Entry } from '../state/chat-record.js';
import type { World } from '../state/world.js';
import { finishText, MAX_CAPTION, MAX_TEXT, readCaption, readSentText } from '../text/read-text.js';
import { applyEdit } from './edit.js';
import { chatId, findWritableChat } from './find-chat.js';
import type { Handler } from './handler.js';
import { checkLinkPreview } from './post.js';
import { readReplyMarkup } from './reply-markup.js';

export const editEphemeralMessageText: Handler = (world, params) => {
  const rich = params.object('rich_message');
  if (rich !== undefined)
    return change(world, params, () => ({
      rich_message: readRich(rich),
      text: undefined,
      entities: undefined,
    }));
  const raw = readSentText(params);
  checkLinkPreview(params);
  return change(world, params, () => {
    const { text, entities } = finishText(world, raw, { max: MAX_TEXT, empty: false });
    return { text, entities: entities.length === 0 ? undefined : entities, rich_message: undefined };
  });
};

export const editEphemeralMessageCaption: Handler = (world, params) => {
  const raw = readCaption(params);
  return change(world, params, () => {
    const { text, entities } = finishText(world, raw, {
      max: MAX_CAPTION,
      empty: true,
      tooLong: 'message caption is too long',
    });
    return { caption: text, caption_entities: entities };
  });
};

export const editEphemeralMessageReplyMarkup: Handler = (world, params) => change(world, params, () => ({}));

export const deleteEphemeralMessage: Handler = (world, params) => {
  findEphemeral(world, params, 'delete').deleted = true;
  world.changed();
  return true;
};

function change(
  world: World,
  params: Params,
  content: (entry: Entry) => Record<string, unknown> | Partial<Message>,
): true {
  const markup = readReplyMarkup(params.object('reply_markup'), { inlineOnly: true });
  const entry = findEphemeral(world, params, 'edit');
  applyEdit(world, entry, content(entry), markup?.kind === 'inline' ? markup.markup : undefined);
  return true;
}

function findEphemeral(world: World, params: Params, what: 'edit' | 'delete'): Entry {
  const chat = findWritableChat(world, chatId(params));
  const id = params.int('ephemeral_message_id');
  const entry = chat.entries.find(
    ({ message, deleted, onlyFor }) =>
      !deleted &&
      message.ephemeral_message_id === id &&
      onlyFor === params.int('receiver_user_id') &&
      message.from?.id === world.bot.id,
  );
  if (entry === undefined) throw badRequest(`message to ${what} not found`);
  return entry;
}
