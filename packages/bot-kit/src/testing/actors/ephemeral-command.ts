// Does this command stay between the person and the bot? Commands can be registered as ephemeral (Bot API 10.2).
import type { Message } from 'grammy/types';
import { commandsFor } from '../methods/settings.js';
import type { ChatRecord } from '../state/chat-record.js';
import type { World } from '../state/world.js';

/** @returns the message as an ephemeral one, when it is such a command in a group */
export function ephemeralCommand(world: World, chat: ChatRecord, message: Message): Message | undefined {
  if (chat.info.type === 'private' || message.from === undefined) return undefined;
  const match = /^\/(\w+)(?:@(\w+))?(?:\s|$)/.exec(message.text ?? '');
  if (match === null || (match[2] !== undefined && match[2] !== world.bot.username)) return undefined;
  const command = commandsFor(world, chat, message.from.id).find((one) => one.command === match[1]);
  if (command?.is_ephemeral !== true) return undefined;
  return { ...message, message_id: 0, ephemeral_message_id: chat.nextEphemeralId++ };
}
