// Are these entities in order? Types, fields, bounds and nesting, as Telegram judges them.
// Source of rules and wording: core.telegram.org/bots/api#messageentity and the answers of the live API.
import type { MessageEntity, User } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import { isRecord } from '../api/params.js';
import { byteLength } from './raw-text.js';

/** The rest is dropped without a word by Telegram; the emulator keeps a warning. */
export const MAX_ENTITIES = 100;

const PLAIN: ReadonlySet<string> = new Set([
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'url',
  'email',
  'phone_number',
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'blockquote',
  'expandable_blockquote',
  'code',
]);

/** Telegram finds these itself and ignores them when given. */
const FOUND: ReadonlySet<string> = new Set([
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'url',
  'email',
  'phone_number',
]);

/**
 * Checks form and fields: what can be said before the text is looked at.
 * @throws ApiFailure `can't parse MessageEntity: …`
 */
export function readEntities(given: readonly unknown[], users: ReadonlyMap<number, User>): MessageEntity[] {
  const entities: MessageEntity[] = [];
  for (const one of given) {
    const entity = readEntity(one, users);
    if (!FOUND.has(entity.type) && entity.length > 0) entities.push(entity);
  }
  return entities.sort((a, b) => a.offset - b.offset || b.length - a.length);
}

const parseFailure = (what: string) => badRequest(`can't parse MessageEntity: ${what}`);

function readEntity(one: unknown, users: ReadonlyMap<number, User>): MessageEntity {
  if (!isRecord(one)) throw parseFailure('Expected an Object');
  const { type, offset, length } = one;
  if (typeof type !== 'string') throw parseFailure('Can\'t find field "type"');
  if (typeof offset !== 'number' || !Number.isInteger(offset))
    throw parseFailure('Can\'t find field "offset"');
  if (typeof length !== 'number' || !Number.isInteger(length))
    throw parseFailure('Can\'t find field "length"');
  if (offset < 0 || offset > 1_000_000) throw badRequest(`receive an entity with incorrect offset ${offset}`);
  if (length < 0 || length > 1_000_000) throw badRequest(`receive an entity with incorrect length ${length}`);
  const at = { offset, length };
  switch (type) {
    case 'pre': {
      const language = one['language'];
      return typeof language === 'string' && language !== '' ? { type, ...at, language } : { type, ...at };
    }
    case 'text_link':
      return { type, ...at, url: readUrl(one['url']) };
    case 'text_mention': {
      const user = one['user'];
      if (!isRecord(user)) throw parseFailure('Can\'t find field "user"');
      const known = users.get(Number(user['id']));
      if (known === undefined) throw badRequest('user not found');
      return { type, ...at, user: known };
    }
    case 'custom_emoji': {
      const id = one['custom_emoji_id'];
      if (id === undefined) throw parseFailure('Can\'t find field "custom_emoji_id"');
      if (typeof id !== 'string' || !/^\d{1,19}$/.test(id))
        throw parseFailure('Field "custom_emoji_id" must be a valid Number');
      return { type, ...at, custom_emoji_id: id };
    }
    case 'date_time': {
      if (typeof one['unix_time'] !== 'number') throw parseFailure('Can\'t find field "unix_time"');
      // The format is checked by no rule that is published.
      return { type, ...at, unix_time: one['unix_time'], date_time_format: 'r' };
    }
    default:
      if (!PLAIN.has(type)) throw parseFailure('Unsupported type specified');
      return { type: type as MessageEntity.CommonMessageEntity['type'], ...at };
  }
}

/** Telegram takes http, https, tg, tonsite and mailto; a host without a dot is none. */
export function readUrl(url: unknown): string {
  if (url === undefined) throw parseFailure('Can\'t find field "url"');
  const text = String(url);
  const complaint = urlComplaint(text);
  if (complaint !== undefined) throw badRequest(`entity URL '${text}' is invalid: ${complaint}`);
  return text;
}

export function urlComplaint(url: string): string | undefined {
  if (url === '') return 'URL host is empty';
  if (/^(tg|ton|tonsite|mailto|tel):/i.test(url)) return undefined;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return 'Unsupported URL protocol';
  const host = /^(?:https?:\/\/)?(?:[^/@?#]*@)?(\[[^\]]*\]|[^/:?#]*)/i.exec(url)?.[1] ?? '';
  if (host === '') return 'URL host is empty';
  if (!host.startsWith('[') && (!host.includes('.') || /[\s<>]/.test(url))) return 'Wrong HTTP URL';
  return undefined;
}

/**
 * Checks where entities begin and end: at characters, inside the text, one inside another or apart.
 * @throws ApiFailure with Telegram's sentence
 */
export function checkBounds(text: string, entities: readonly MessageEntity[]): void {
  const open: MessageEntity[] = [];
  let next = 0;
  let at = 0;
  const step = (bytes: () => number): void => {
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const end = top.offset + top.length;
      if (at < end) break;
      if (at !== end)
        throw badRequest(
          `entity beginning at UTF-16 offset ${top.offset} ends in a middle of a UTF-16 symbol at byte offset ${bytes()}`,
        );
      open.pop();
    }
    for (let entity = entities[next]; entity !== undefined && at >= entity.offset; entity = entities[next]) {
      if (at !== entity.offset)
        throw badRequest(`entity begins in a middle of a UTF-16 symbol at byte offset ${bytes()}`);
      open.push(entity);
      next++;
    }
  };
  for (const character of text) {
    step(() => byteLength(text.slice(0, at)));
    at += character.length;
  }
  const waiting = entities[next];
  if (waiting !== undefined && waiting.offset >= at)
    throw badRequest(`entity begins after the end of the text at UTF-16 offset ${waiting.offset}`);
  step(() => byteLength(text));
  const left = open.at(-1);
  if (left !== undefined)
    throw badRequest(
      `entity beginning at UTF-16 offset ${left.offset} ends after the end of the text at UTF-16 offset ${left.offset + left.length}`,
    );
}
