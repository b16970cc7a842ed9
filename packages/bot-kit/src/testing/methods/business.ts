// getBusinessConnection, readBusinessMessage, deleteBusinessMessages: working for the owner of an account.
import type { BusinessBotRights } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import type { Params } from '../api/params.js';
import { findEntry } from '../state/chat-record.js';
import type { World } from '../state/world.js';
import type { Handler } from './handler.js';
import { readIdList } from './post.js';

export const getBusinessConnection: Handler = (world, params) => connectionOf(world, params);

export const readBusinessMessage: Handler = (world, params) => {
  const connection = connectionOf(world, params, 'can_read_messages');
  const chat = world.businessChats.get(`${connection.id}:${params.int('chat_id')}`);
  if (chat === undefined || findEntry(chat, params.int('message_id') ?? 0) === undefined)
    throw badRequest('message not found');
  return true;
};

export const deleteBusinessMessages: Handler = (world, params) => {
  const connection = connectionOf(world, params);
  const all = connection.rights?.can_delete_all_messages === true;
  if (!all && connection.rights?.can_delete_outgoing_messages !== true)
    throw badRequest('BUSINESS_CONNECTION_NOT_ALLOWED');
  const chats = [...world.businessChats.values()].filter(
    (chat) => chat.businessConnectionId === connection.id,
  );
  for (const id of readIdList(params, 'message_ids')) {
    const entry = chats.map((chat) => findEntry(chat, id)).find((found) => found !== undefined);
    if (entry === undefined) continue;
    if (!all && entry.message.sender_business_bot === undefined) throw badRequest("message can't be deleted");
    entry.deleted = true;
  }
  world.changed();
  return true;
};

function connectionOf(world: World, params: Params, right?: keyof BusinessBotRights) {
  const connection = world.connections.get(params.str('business_connection_id') ?? '');
  if (connection === undefined) throw badRequest('business connection not found');
  if (right !== undefined && (!connection.is_enabled || connection.rights?.[right] !== true))
    throw badRequest('BUSINESS_CONNECTION_NOT_ALLOWED');
  return connection;
}
