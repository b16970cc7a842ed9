// getChat, getChatMember and their like: what the bot may learn about a chat, and the little it may change.
import type { ChatMember } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import type { Params } from '../api/params.js';
import { type ChatRecord, findEntry } from '../state/chat-record.js';
import { shownChat } from '../state/shown-chat.js';
import type { World } from '../state/world.js';
import { chatId, findChat, findWritableChat } from './find-chat.js';
import type { Handler } from './handler.js';
import { userOf } from './post.js';

export const getChat: Handler = (world, params) => {
  const chat = findChat(world, chatId(params));
  const pinned = chat.entries.find(
    ({ message, deleted }) => !deleted && message.message_id === chat.pinned.at(-1),
  );
  return {
    ...shownChat(chat),
    accent_color_id: 0,
    max_reaction_count: 11,
    accepted_gift_types: {
      unlimited_gifts: false,
      limited_gifts: false,
      unique_gifts: false,
      premium_subscription: false,
      gifts_from_channels: false,
    },
    ...(chat.description === undefined ? {} : { description: chat.description }),
    ...(pinned === undefined ? {} : { pinned_message: pinned.message }),
  };
};

export const getChatMember: Handler = (world, params) => {
  const chat = findGroup(world, params);
  const id = params.int('user_id') ?? 0;
  const member = chat.members.get(id);
  if (member === undefined && !world.users.has(id)) throw badRequest('PARTICIPANT_ID_INVALID');
  return shownMember(member ?? { user: userOf(world, id), status: 'left' });
};

export const getChatAdministrators: Handler = (world, params) =>
  [...findGroup(world, params).members.values()]
    .filter(
      ({ status, user }) =>
        (status === 'creator' || status === 'administrator') &&
        (!user.is_bot || params.bool('return_bots') || user.id === world.bot.id),
    )
    .map((member) => shownMember(member));

export const getChatMemberCount: Handler = (world, params) =>
  [...findGroup(world, params).members.values()].filter(
    ({ status }) => status !== 'left' && status !== 'kicked',
  ).length;

export const leaveChat: Handler = (world, params) => {
  findGroup(world, params).members.set(world.bot.id, { user: userOf(world, world.bot.id), status: 'left' });
  world.changed();
  return true;
};

export const banChatMember: Handler = (world, params) => setStatus(world, params, 'kicked');
export const unbanChatMember: Handler = (world, params) => setStatus(world, params, 'left');

function setStatus(world: World, params: Params, status: 'kicked' | 'left'): true {
  const chat = findGroup(world, params);
  requireAdmin(world, chat);
  const user = userOf(world, params.int('user_id'));
  const before = chat.members.get(user.id)?.status;
  if (before === 'creator') throw badRequest("can't remove chat owner");
  if (before === 'administrator') throw badRequest('user is an administrator of the chat');
  chat.members.set(user.id, { user, status });
  world.changed();
  return true;
}

export const setChatTitle: Handler = (world, params) => {
  const chat = findGroup(world, params);
  requireAdmin(world, chat);
  const title = params.str('title') ?? '';
  if (title.length < 1 || title.length > 128) throw badRequest('chat title must be non-empty');
  chat.info.title = title;
  world.changed();
  return true;
};

export const setChatDescription: Handler = (world, params) => {
  const chat = findGroup(world, params);
  requireAdmin(world, chat);
  const text = params.str('description') ?? '';
  if (text === (chat.description ?? '')) throw badRequest('chat description is not modified');
  chat.description = text;
  return true;
};

export const pinChatMessage: Handler = (world, params) => {
  const chat = pinnable(world, params);
  const id = params.int('message_id') ?? 0;
  if (findEntry(chat, id) === undefined) throw badRequest('message to pin not found');
  chat.pinned.push(id);
  world.changed();
  return true;
};

export const unpinChatMessage: Handler = (world, params) => {
  const chat = pinnable(world, params);
  const id = params.int('message_id') ?? chat.pinned.at(-1);
  const at = chat.pinned.lastIndexOf(id ?? -1);
  if (at < 0) throw badRequest('message to unpin not found');
  chat.pinned.splice(at, 1);
  world.changed();
  return true;
};

export const unpinAllChatMessages: Handler = (world, params) => {
  pinnable(world, params).pinned.length = 0;
  world.changed();
  return true;
};

function pinnable(world: World, params: Params): ChatRecord {
  const chat = findWritableChat(world, chatId(params));
  if (chat.info.type !== 'private') requireAdmin(world, chat);
  return chat;
}

export const setMessageReaction: Handler = (world, params) => {
  const chat = findWritableChat(world, chatId(params));
  const entry = findEntry(chat, params.int('message_id') ?? 0);
  if (entry === undefined) throw badRequest('message to react not found');
  const given = params.array('reaction') ?? [];
  if (given.length > 1) throw badRequest('REACTIONS_TOO_MANY');
  const emojis = given.map((one) => String((one as { emoji?: unknown }).emoji ?? ''));
  if (emojis.some((emoji) => emoji === '')) throw badRequest('REACTION_INVALID');
  entry.reactions.set(world.bot.id, emojis);
  world.changed();
  return true;
};

export const createForumTopic: Handler = (world, params) => {
  const chat = findGroup(world, params);
  if (chat.info.is_forum !== true) throw badRequest('the chat is not a forum');
  requireAdmin(world, chat);
  const name = params.str('name') ?? '';
  if (name.length < 1 || name.length > 128) throw badRequest('TOPIC_TITLE_EMPTY');
  const topic = { message_thread_id: world.takeMessageId(chat), name, icon_color: 0x6fb9f0 };
  chat.topics.set(topic.message_thread_id, topic);
  world.changed();
  return topic;
};

export const getUserProfilePhotos: Handler = (world, params) => {
  userOf(world, params.int('user_id'));
  return { total_count: 0, photos: [] };
};

function findGroup(world: World, params: Params): ChatRecord {
  const chat = findChat(world, chatId(params));
  return chat.info.type === 'private' ? chat : findWritableChat(world, chat.info.id);
}

function requireAdmin(world: World, chat: ChatRecord): void {
  if (chat.members.get(world.bot.id)?.status !== 'administrator') throw badRequest('not enough rights');
}

/** A member with the rights the emulator knows of: administrators may do all. */
export function shownMember({
  user,
  status,
}: {
  user: ChatMember['user'];
  status: ChatMember['status'];
}): ChatMember {
  switch (status) {
    case 'creator':
      return { status, user, is_anonymous: false };
    case 'administrator':
      return {
        status,
        user,
        can_be_edited: false,
        is_anonymous: false,
        can_manage_chat: true,
        can_delete_messages: true,
        can_manage_video_chats: true,
        can_restrict_members: true,
        can_promote_members: false,
        can_change_info: true,
        can_invite_users: true,
        can_post_stories: false,
        can_edit_stories: false,
        can_delete_stories: false,
        can_send_welcome_messages: false,
      };
    case 'kicked':
      return { status, user, until_date: 0 };
    case 'restricted':
    case 'member':
      return { status: 'member', user };
    case 'left':
      return { status, user };
    default:
      return status satisfies never;
  }
}
