// Does the bot get to see it? Puts a person's message into a chat and tells the bot, if its rights allow.
import type { Message, Update } from 'grammy/types';
import { addEntry } from '../methods/post.js';
import type { ChatRecord, Entry } from '../state/chat-record.js';
import type { World } from '../state/world.js';

/** @returns the entry; the update went out if the bot may read it */
export function deliver(
  world: World,
  chat: ChatRecord,
  message: Message,
  more: { onlyFor?: number; inlineId?: string } = {},
): Entry {
  const entry = addEntry(world, chat, message, more);
  if (chat.businessConnectionId !== undefined) pushBusiness(world, chat, message);
  else if (botReads(world, chat, message)) {
    if (message.from !== undefined) world.met.add(message.from.id);
    world.updates.push('message', message as NonNullable<Update['message']>, chat.info.id);
  } else if (summonsGuest(world, message)) pushGuest(world, chat, message);
  world.changed();
  return entry;
}

function pushBusiness(world: World, chat: ChatRecord, message: Message): void {
  const connection = world.connections.get(chat.businessConnectionId ?? '');
  if (connection?.is_enabled !== true) return;
  world.updates.push('business_message', message as NonNullable<Update['business_message']>, chat.info.id);
}

/** Guest mode: the bot is named, or its guest message is answered, where it would not see it otherwise. */
function summonsGuest({ bot }: World, message: Message): boolean {
  if (bot.supports_guest_queries !== true) return false;
  if (message.reply_to_message?.guest_bot_caller_user !== undefined) return true;
  const text = message.text ?? message.caption ?? '';
  return (message.entities ?? message.caption_entities ?? []).some(
    ({ type, offset, length }) =>
      type === 'mention' &&
      text.slice(offset, offset + length).toLowerCase() === `@${bot.username.toLowerCase()}`,
  );
}

function pushGuest(world: World, chat: ChatRecord, message: Message): void {
  if (message.from === undefined) return;
  const id = `gq-${world.nextId()}`;
  world.pending.ask(id, 'guest', message.from.id, chat.info.id);
  const asked = { ...message, guest_query_id: id };
  world.updates.push('guest_message', asked as NonNullable<Update['guest_message']>, chat.info.id);
}

/**
 * Privacy mode (core.telegram.org/bots/features#privacy-mode): in groups a bot that is no administrator sees commands
 * meant for it, replies to it, messages sent through it and service messages. Mentions are not promised.
 */
export function botReads(world: World, chat: ChatRecord, message: Message): boolean {
  if (chat.info.type === 'private') return true;
  const status = chat.members.get(world.bot.id)?.status;
  if (status === undefined || status === 'left' || status === 'kicked') return false;
  if (status === 'administrator' || world.bot.can_read_all_group_messages) return true;
  if (message.ephemeral_message_id !== undefined || isService(message)) return true;
  if (message.via_bot?.id === world.bot.id || message.reply_to_message?.from?.id === world.bot.id)
    return true;
  const command = /^\/\w{1,64}(?:@(\w+))?/.exec(message.text ?? message.caption ?? '');
  return (
    command !== null &&
    (command[1] === undefined || command[1].toLowerCase() === world.bot.username.toLowerCase())
  );
}

const isService = (message: Message): boolean =>
  message.new_chat_members !== undefined ||
  message.left_chat_member !== undefined ||
  message.pinned_message !== undefined;
