// forwardMessage, copyMessage and their plural forms: taking messages from one chat to another.
import type { Message } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import type { Params } from '../api/params.js';
import { type Entry, findEntry } from '../state/chat-record.js';
import type { World } from '../state/world.js';
import { finishText, MAX_CAPTION, readCaption } from '../text/read-text.js';
import { chatId, findChat } from './find-chat.js';
import type { Handler } from './handler.js';
import { type Content, post, readIdList, readTarget } from './post.js';

export const forwardMessage: Handler = (world, params) => {
  const target = readTarget(world, params);
  const entry = source(world, params, params.int('message_id') ?? 0);
  if (entry === undefined) throw badRequest('message to forward not found');
  return post(world, params, target, forwarded(entry.message));
};

export const forwardMessages: Handler = (world, params) => {
  const target = readTarget(world, params);
  const found = sources(world, params);
  if (found.length === 0) throw badRequest('there are no messages to forward');
  return found.map(({ message }) => ({
    message_id: post(world, params, target, forwarded(message)).message_id,
  }));
};

export const copyMessage: Handler = (world, params) => {
  const target = readTarget(world, params);
  const entry = source(world, params, params.int('message_id') ?? 0);
  if (entry === undefined) throw badRequest('message to copy not found');
  const content = contentOf(entry.message);
  if (params.has('caption') && content.text === undefined) {
    const { text, entities } = finishText(world, readCaption(params), {
      max: MAX_CAPTION,
      empty: true,
      tooLong: 'message caption is too long',
    });
    Object.assign(content, { caption: text, caption_entities: entities });
  }
  return { message_id: post(world, params, target, content).message_id };
};

export const copyMessages: Handler = (world, params) => {
  const target = readTarget(world, params);
  const found = sources(world, params);
  if (found.length === 0) throw badRequest('there are no messages to copy');
  return found.map(({ message }) => ({
    message_id: post(world, params, target, contentOf(message)).message_id,
  }));
};

function source(world: World, params: Params, id: number): Entry | undefined {
  const chat = findChat(world, chatId(params, 'from_chat_id'));
  const entry = findEntry(chat, id);
  if (entry?.message.has_protected_content === true) throw badRequest("message can't be forwarded");
  return entry;
}

/** Missing ones are skipped, as Telegram does. */
function sources(world: World, params: Params): Entry[] {
  return readIdList(params, 'message_ids').flatMap((id) => source(world, params, id) ?? []);
}

function forwarded(message: Message): Content {
  const date = message.date;
  const origin: NonNullable<Message['forward_origin']> =
    message.forward_origin ??
    (message.from === undefined
      ? { type: 'hidden_user', sender_user_name: '', date }
      : { type: 'user', sender_user: message.from, date });
  return { ...contentOf(message), forward_origin: origin };
}

const CONTENT = [
  'text',
  'entities',
  'caption',
  'caption_entities',
  'document',
  'photo',
  'voice',
  'audio',
  'video',
  'video_note',
  'animation',
  'sticker',
  'rich_message',
  'location',
  'contact',
  'poll',
  'dice',
  'venue',
  'link_preview_options',
] as const;

/** What a copy carries. @throws ApiFailure for service messages and invoices */
function contentOf(message: Message): Content {
  const found = Object.fromEntries(
    CONTENT.filter((name) => message[name] !== undefined).map((name) => [name, message[name]]),
  );
  if (Object.keys(found).length === 0) throw badRequest("message can't be copied");
  return found;
}
