// What does a message of a person look like? The fields Telegram fills in before the bot sees it.
import type { Message, MessageEntity } from 'grammy/types';
import { ActorError } from '../api/api-failure.js';
import { replyView, userOf } from '../methods/post.js';
import type { ChatRecord } from '../state/chat-record.js';
import { shownChat } from '../state/shown-chat.js';
import type { World } from '../state/world.js';
import { detectEntities } from '../text/detect-entities.js';

export interface SendOptions {
  /** A group or a business chat; default the private chat with the bot. */
  readonly in?: Place | undefined;
  readonly replyTo?: Message | undefined;
  /** A topic of the group. */
  readonly threadId?: number | undefined;
  readonly entities?: readonly MessageEntity[] | undefined;
}

/** Where a person can write. */
export interface Place {
  readonly id: number;
  readonly record: ChatRecord;
}

export function composeMessage(
  world: World,
  chat: ChatRecord,
  from: number,
  content: Partial<Message>,
  { replyTo, threadId }: SendOptions,
): Message {
  if (threadId !== undefined && !chat.topics.has(threadId))
    throw new ActorError(`There is no topic ${threadId}.`);
  return {
    message_id: world.takeMessageId(chat),
    ...(threadId === undefined ? {} : { message_thread_id: threadId, is_topic_message: true as const }),
    from: userOf(world, from),
    chat: shownChat(chat),
    date: world.date,
    ...(chat.businessConnectionId === undefined ? {} : { business_connection_id: chat.businessConnectionId }),
    ...(replyTo === undefined ? {} : { reply_to_message: replyView(replyTo) }),
    ...content,
  };
}

export function textContent(text: string, entities: readonly MessageEntity[] = []): Partial<Message> {
  const all = detectEntities(text, entities);
  return { text, ...(all.length === 0 ? {} : { entities: all }) };
}

export function captionContent(caption: string | undefined): Partial<Message> {
  if (caption === undefined || caption === '') return {};
  const all = detectEntities(caption, []);
  return { caption, ...(all.length === 0 ? {} : { caption_entities: all }) };
}
