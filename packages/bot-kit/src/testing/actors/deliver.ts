// Does the bot get to see it? Puts a person's message into a chat and tells the bot, if its rights allow.
import type { Message, Update } from 'grammy/types';
import { addEntry } from '../methods/post.js';
import type { ChatRecord, Entry } from '../state/chat-record.js';
import type { World } from '../state/world.js';

/** @returns the entry; the update went out if the bot may read it */
export function deliver(world: World, chat: ChatRecord, message: Message, onlyFor?: number): Entry {
  const entry = addEntry(world, chat, message, onlyFor === undefined ? {} : { onlyFor });
  if (chat.businessConnectionId !== undefined) pushBusiness(world, chat, message);
  else if (botReads(world, chat, message)) {
    if (message.from !== undefined) world.met.add(message.from.id);
    world.updates.push('message', message as NonNullable<Update['message']>, chat.info.id);
  }
  world.changed();
  return entry;
}

function pushBusiness(world: World, chat: ChatRecord, message: Message): void {
  const connection = world.connections.get(chat.businessConnectionId ?? '');
  if (connection?.is_enabled !== true) return;
  world.updates.push('business_message', message as NonNullable<Update['business_message']>, chat.info.id);
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
