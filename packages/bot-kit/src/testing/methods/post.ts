// How does a message of the bot get into a chat? One way for all send methods: target, reply, keyboard, delivery.
import type { Message, User } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import type { Params } from '../api/params.js';
import { type ChatRecord, type Entry, findEntry } from '../state/chat-record.js';
import { shownChat } from '../state/shown-chat.js';
import type { World } from '../state/world.js';
import { checkEphemeral, type EphemeralTarget, readEphemeral } from './ephemeral-target.js';
import { findTargetChat } from './find-chat.js';
import { readThread } from './read-thread.js';
import { type MarkupPlace, type ReplyMarkup, readReplyMarkup } from './reply-markup.js';

/** Content of a message: everything but ids, chat, sender and date. */
export type Content = Partial<Omit<Message, 'message_id' | 'chat' | 'from' | 'date'>>;

export interface Target {
  readonly chat: ChatRecord;
  readonly threadId: number | undefined;
  readonly reply: Entry | undefined;
  readonly markup: ReplyMarkup | undefined;
  readonly ephemeral: EphemeralTarget | undefined;
}

/** @throws ApiFailure when the keyboard, the chat, the topic or the replied message is not there or not allowed */
export function readTarget(world: World, params: Params, place: MarkupPlace = {}): Target {
  const business = params.has('business_connection_id');
  const markup = readReplyMarkup(params.object('reply_markup'), { ...place, business });
  const ephemeral = readEphemeral(params);
  const chat = findTargetChat(world, params);
  const effect = params.str('message_effect_id');
  if (effect !== undefined && (chat.info.type !== 'private' || !/^\d{1,18}$/.test(effect)))
    throw badRequest('EFFECT_ID_INVALID');
  if (params.has('suggested_post_parameters'))
    throw badRequest('suggested posts can be sent only to channel direct messages');
  checkEphemeral(world, chat, ephemeral, markup);
  const reply = readReply(params, chat, ephemeral);
  return {
    chat,
    threadId: readThread(params, chat) ?? reply?.message.message_thread_id,
    reply,
    markup,
    ephemeral,
  };
}

function readReply(
  params: Params,
  chat: ChatRecord,
  ephemeral: EphemeralTarget | undefined,
): Entry | undefined {
  const given = params.object('reply_parameters');
  const old = params.int('reply_to_message_id');
  if (given === undefined && old === undefined) return undefined;
  if (given?.['ephemeral_message_id'] !== undefined) return ephemeral?.reply;
  const id = given === undefined ? old : given['message_id'];
  if (id === undefined) throw badRequest('can\'t find field "message_id"');
  const entry = findEntry(chat, Number(id));
  if (entry === undefined) {
    if (given?.['allow_sending_without_reply'] === true || chat.businessConnectionId !== undefined)
      return undefined;
    throw badRequest('message to be replied not found');
  }
  const quote = given?.['quote'];
  if (typeof quote === 'string' && !(entry.message.text ?? entry.message.caption ?? '').includes(quote))
    throw badRequest('QUOTE_TEXT_INVALID');
  return entry;
}

/** Puts the message into the chat; drafts and the typing status of its place end. */
export function post(world: World, params: Params, target: Target, content: Content): Message {
  const { chat, threadId, reply, markup, ephemeral } = target;
  const bot = userOf(world, world.bot.id);
  const connection =
    chat.businessConnectionId === undefined ? undefined : world.connections.get(chat.businessConnectionId);
  const message: Message = {
    message_id: ephemeral === undefined ? world.takeMessageId(chat) : 0,
    ...(threadId === undefined ? {} : { message_thread_id: threadId, is_topic_message: true }),
    from: connection?.user ?? bot,
    ...(connection === undefined ? {} : { sender_business_bot: bot, business_connection_id: connection.id }),
    chat: shownChat(chat),
    date: world.date,
    ...(ephemeral === undefined
      ? {}
      : { ephemeral_message_id: chat.nextEphemeralId++, receiver_user: ephemeral.receiver }),
    ...(reply === undefined || ephemeral !== undefined ? {} : { reply_to_message: replyView(reply.message) }),
    ...(params.bool('protect_content') ? { has_protected_content: true } : {}),
    ...(markup?.kind === 'inline' ? { reply_markup: markup.markup } : {}),
    ...content,
  };
  addEntry(world, chat, message, ephemeral === undefined ? {} : { onlyFor: ephemeral.receiver.id });
  setKeyboard(chat, markup, reply);
  if (ephemeral === undefined) {
    chat.drafts.delete(threadId ?? 0);
    chat.action = undefined;
  }
  ephemeral?.replaces?.();
  world.changed();
  return message;
}

export function addEntry(
  world: World,
  chat: ChatRecord,
  message: Message,
  more: { onlyFor?: number; inlineId?: string } = {},
): Entry {
  const entry: Entry = { message, deleted: false, at: world.clock.now(), reactions: new Map(), ...more };
  chat.entries.push(entry);
  return entry;
}

function setKeyboard(chat: ChatRecord, markup: ReplyMarkup | undefined, reply: Entry | undefined): void {
  if (markup === undefined || markup.kind === 'inline' || markup.kind === 'force') return;
  const selective = markup.kind === 'keyboard' ? markup.markup.selective === true : markup.selective;
  const whom = selective ? (reply?.message.from?.id ?? 0) : 0;
  if (markup.kind === 'keyboard') chat.keyboards.set(whom, markup.markup);
  else if (whom === 0) chat.keyboards.clear();
  else chat.keyboards.delete(whom);
}

/** A message inside `reply_to_message` shows no further reply. */
export function replyView(message: Message): NonNullable<Message['reply_to_message']> {
  const { reply_to_message: _, ...rest } = message;
  return rest as NonNullable<Message['reply_to_message']>;
}

/** @throws ApiFailure `user not found` */
export function userOf(world: World, id: unknown): User {
  const user = world.users.get(Number(id));
  if (user === undefined) throw badRequest('user not found');
  return user;
}

/** Link previews: known fields of the right type, and an address that is one. */
export function checkLinkPreview(params: Params): void {
  const given = params.object('link_preview_options');
  if (given === undefined) return;
  for (const name of ['is_disabled', 'prefer_small_media', 'prefer_large_media', 'show_above_text'])
    if (given[name] !== undefined && typeof given[name] !== 'boolean')
      throw badRequest(`field "${name}" must be of type Boolean`);
  const odd = Object.keys(given).find(
    (name) =>
      !['is_disabled', 'url', 'prefer_small_media', 'prefer_large_media', 'show_above_text'].includes(name),
  );
  if (odd !== undefined) throw badRequest(`unknown field "${odd}" of LinkPreviewOptions`);
  if (typeof given['url'] === 'string' && !/^https?:\/\/[^/]+\.[^/]+/.test(given['url']))
    throw badRequest('WEBPAGE_URL_INVALID');
}

export const readIdList = (params: Params, name: string): number[] => {
  const ids = (params.array(name) ?? []).map(Number);
  if (ids.length === 0 || ids.length > 100 || ids.some((id) => !Number.isSafeInteger(id)))
    throw badRequest('message identifiers are not specified');
  return ids;
};
