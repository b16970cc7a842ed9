// May the bot write there? Finds a chat and says no as Telegram does to strangers, blockers and closed doors.
import { badRequest, forbidden } from '../api/api-failure.js';
import type { Params } from '../api/params.js';
import type { ChatRecord } from '../state/chat-record.js';
import type { World } from '../state/world.js';

/** @throws ApiFailure `chat not found` */
export function findChat(world: World, id: number | string | undefined): ChatRecord {
  if (typeof id === 'number') {
    const chat = world.chats.get(id);
    // A private chat exists for a bot only once the person has written.
    if (chat !== undefined && (chat.info.type !== 'private' || chat.started || world.met.has(id)))
      return chat;
  } else if (id?.startsWith('@') === true) {
    const name = id.slice(1).toLowerCase();
    for (const chat of world.chats.values())
      if (chat.info.type !== 'private' && chat.info.username?.toLowerCase() === name) return chat;
  }
  throw badRequest('chat not found');
}

/** @throws ApiFailure `chat not found`, or 403 when the bot may not write there */
export function findWritableChat(world: World, id: number | string | undefined): ChatRecord {
  const chat = findChat(world, id);
  const { info } = chat;
  if (info.type === 'private') {
    if (world.deactivated.has(info.id)) throw forbidden('user is deactivated');
    if (world.users.get(info.id)?.is_bot === true) throw forbidden("bot can't send messages to bots");
    if (chat.blocked) throw forbidden('bot was blocked by the user');
    if (!chat.started) throw forbidden("bot can't initiate conversation with a user");
    return chat;
  }
  const status = chat.members.get(world.bot.id)?.status;
  if (status === 'kicked') throw forbidden(`bot was kicked from the ${info.type} chat`);
  if (status === undefined || status === 'left')
    throw forbidden(`bot is not a member of the ${info.type} chat`);
  if (status === 'restricted') throw badRequest('not enough rights to send text messages to the chat');
  return chat;
}

/** The chat of `chat_id`, or of `business_connection_id` and `chat_id` together. */
export function findTargetChat(world: World, params: Params): ChatRecord {
  const connectionId = params.str('business_connection_id');
  const id = chatId(params);
  if (connectionId === undefined) return findWritableChat(world, id);
  const connection = world.connections.get(connectionId);
  if (connection === undefined) throw badRequest('business connection not found');
  if (!connection.is_enabled || connection.rights?.can_reply !== true)
    throw badRequest('BUSINESS_CONNECTION_NOT_ALLOWED');
  const chat = world.businessChats.get(`${connectionId}:${String(id)}`);
  if (chat === undefined) throw badRequest('BUSINESS_PEER_INVALID');
  // Replies are allowed only where the other side wrote within a day (core.telegram.org/bots/api#businessbotrights).
  const recent = chat.entries.some(
    ({ message, at }) =>
      message.from?.id !== connection.user.id &&
      world.clock.now() - at <= 86_400_000 &&
      message.from?.is_bot !== true,
  );
  if (!recent) throw badRequest('BUSINESS_PEER_USAGE_MISSING');
  return chat;
}

export function chatId(params: Params, name = 'chat_id'): number | string | undefined {
  return params.int(name) ?? params.str(name);
}
