// setMyCommands and what else a bot says about itself: commands by scope and language, names, texts, menu buttons.
// Limits and the order of scopes: core.telegram.org/bots/api#setmycommands and #botcommandscope.
import type { BotCommand, MenuButton } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import { isRecord, type Params } from '../api/params.js';
import type { ChatRecord } from '../state/chat-record.js';
import type { World } from '../state/world.js';
import { findChat, findWritableChat } from './find-chat.js';
import type { Handler } from './handler.js';
import { only } from './reply-markup.js';

const MAX_COMMANDS = 100;

export const setMyCommands: Handler = (world, params) => {
  const given = params.array('commands') ?? [];
  if (given.length > MAX_COMMANDS) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  world.settings.commands.set(scopeKey(world, params), given.map(readCommand));
  world.changed();
  return true;
};

export const getMyCommands: Handler = (world, params) =>
  world.settings.commands.get(scopeKey(world, params)) ?? [];

export const deleteMyCommands: Handler = (world, params) => {
  world.settings.commands.delete(scopeKey(world, params));
  return true;
};

function readCommand(one: unknown): BotCommand {
  if (!isRecord(one)) throw badRequest("can't parse BotCommand: Expected an Object");
  only(one, ['command', 'description', 'is_ephemeral'], 'BotCommand');
  const command = String(one['command'] ?? '').replace(/^\//, '');
  const description = String(one['description'] ?? '');
  if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
  if (description.length < 1 || description.length > 256) throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
  return { command, description, ...(one['is_ephemeral'] === true ? { is_ephemeral: true } : {}) };
}

const SCOPES = new Set(['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators']);

function scopeKey(world: World, params: Params): string {
  const scope = params.object('scope') ?? { type: 'default' };
  const language = params.str('language_code') ?? '';
  if (language !== '' && !/^[a-z]{2}$/.test(language)) throw badRequest('LANG_CODE_INVALID');
  const type = String(scope['type']);
  if (SCOPES.has(type)) return `${type}|${language}`;
  if (!['chat', 'chat_administrators', 'chat_member'].includes(type))
    throw badRequest("can't parse BotCommandScope: Unsupported type specified");
  const id = scope['chat_id'];
  if (typeof id !== 'number' && typeof id !== 'string') throw badRequest('chat_id is empty');
  const chat = findChat(world, typeof id === 'string' && /^-?\d+$/.test(id) ? Number(id) : id);
  const member = type === 'chat_member' ? `:${String(scope['user_id'])}` : '';
  return `${type}:${chat.info.id}${member}|${language}`;
}

/** The commands this person sees in this chat, by Telegram's order of scopes. */
export function commandsFor(world: World, chat: ChatRecord, userId: number): readonly BotCommand[] {
  const language = world.users.get(userId)?.language_code?.slice(0, 2) ?? '';
  const status = chat.members.get(userId)?.status;
  const admin = status === 'administrator' || status === 'creator';
  const id = chat.info.id;
  const scopes =
    chat.info.type === 'private'
      ? [`chat:${id}`, 'all_private_chats', 'default']
      : [
          `chat_member:${id}:${userId}`,
          ...(admin ? [`chat_administrators:${id}`] : []),
          `chat:${id}`,
          ...(admin ? ['all_chat_administrators'] : []),
          'all_group_chats',
          'default',
        ];
  for (const scope of scopes)
    for (const key of [`${scope}|${language}`, `${scope}|`]) {
      const found = world.settings.commands.get(key);
      if (found !== undefined) return found;
    }
  return [];
}

/** A text the bot sets about itself: `set…` and `get…` for one field. */
export function ownText(field: 'name' | 'description' | 'short_description', max: number) {
  const key = (params: Params) => `${field}|${params.str('language_code') ?? ''}`;
  const set: Handler = (world, params) => {
    const text = params.str(field) ?? '';
    if (text.length > max) throw badRequest(`${field.replace('_', ' ')} is too long`);
    world.settings.texts.set(key(params), text);
    return true;
  };
  const get: Handler = (world, params) => ({
    [field]:
      world.settings.texts.get(key(params)) ??
      world.settings.texts.get(`${field}|`) ??
      (field === 'name' ? world.bot.first_name : ''),
  });
  return { set, get };
}

export const setChatMenuButton: Handler = (world, params) => {
  const button = params.object('menu_button') ?? { type: 'default' };
  const type = button['type'];
  if (type !== 'commands' && type !== 'web_app' && type !== 'default')
    throw badRequest("can't parse MenuButton: Unsupported type specified");
  if (type === 'web_app') {
    const app = button['web_app'];
    const url = isRecord(app) ? String(app['url']) : '';
    if (!url.startsWith('https://'))
      throw badRequest(`menu button Web App URL '${url}' is invalid: Only HTTPS links are allowed`);
  }
  const chat = params.int('chat_id');
  world.settings.menuButtons.set(
    chat === undefined ? 0 : findWritableChat(world, chat).info.id,
    button as unknown as MenuButton,
  );
  world.changed();
  return true;
};

export const getChatMenuButton: Handler = (world, params) =>
  world.settings.menuButtons.get(params.int('chat_id') ?? 0) ??
  world.settings.menuButtons.get(0) ?? { type: 'commands' };

export const setMyDefaultAdministratorRights: Handler = (world, params) => {
  world.settings.administratorRights = params.object('rights') ?? {};
  return true;
};

export const getMyDefaultAdministratorRights: Handler = (world) => world.settings.administratorRights;
