// editMessageText, editMessageCaption, editMessageReplyMarkup: what may still change in a message, and what not.
import type { Message } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import type { Params } from '../api/params.js';
import { readRich } from '../rich/read-rich.js';
import { type Entry, findEntry } from '../state/chat-record.js';
import type { World } from '../state/world.js';
import { finishText, MAX_CAPTION, MAX_TEXT, readCaption, readSentText } from '../text/read-text.js';
import { chatId, findChat, findTargetChat, findWritableChat } from './find-chat.js';
import type { Handler } from './handler.js';
import { checkLinkPreview } from './post.js';
import { readReplyMarkup } from './reply-markup.js';

export const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';

export const editMessageText: Handler = (world, params) => {
  const rich = params.object('rich_message');
  if (rich !== undefined) {
    if (params.has('text')) throw badRequest('exactly one of text and rich_message must be used');
    return edit(world, params, () => ({
      rich_message: readRich(rich),
      text: undefined,
      entities: undefined,
    }));
  }
  const raw = readSentText(params);
  checkLinkPreview(params);
  return edit(world, params, ({ message }) => {
    if (message.text === undefined && message.rich_message === undefined)
      throw badRequest('there is no text in the message to edit');
    return { ...textFields(world, raw), rich_message: undefined };
  });
};

export const editMessageCaption: Handler = (world, params) => {
  const raw = readCaption(params);
  return edit(world, params, ({ message }) => {
    if (message.text !== undefined || !hasMedia(message))
      throw badRequest('there is no caption in the message to edit');
    const { text, entities } = finishText(world, raw, {
      max: MAX_CAPTION,
      empty: true,
      tooLong: 'message caption is too long',
    });
    return {
      caption: text === '' ? undefined : text,
      caption_entities: entities.length === 0 ? undefined : entities,
    };
  });
};

export const editMessageReplyMarkup: Handler = (world, params) => edit(world, params, () => ({}));

function textFields(world: World, raw: ReturnType<typeof readSentText>): Partial<Message> {
  const { text, entities } = finishText(world, raw, { max: MAX_TEXT, empty: false });
  return { text, ...(entities.length === 0 ? { entities: undefined } : { entities }) } as Partial<Message>;
}

export const hasMedia = (message: Message): boolean =>
  ['photo', 'document', 'video', 'audio', 'voice', 'animation'].some((name) => Object.hasOwn(message, name));

type Change = Record<string, unknown> | Partial<Message>;

/**
 * Changes a message of the bot. A keyboard that is not passed again goes, as in the Bot API.
 * @returns the edited message; `true` for messages sent through the bot
 */
export function edit(world: World, params: Params, change: (entry: Entry) => Change): Message | true {
  const markup = readReplyMarkup(params.object('reply_markup'), {
    inlineOnly: true,
    business: params.has('business_connection_id'),
  });
  const entry = findEdited(world, params);
  applyEdit(world, entry, change(entry), markup?.kind === 'inline' ? markup.markup : undefined);
  return params.has('inline_message_id') ? true : entry.message;
}

function findEdited(world: World, params: Params): Entry {
  const inlineId = params.str('inline_message_id');
  if (inlineId !== undefined) {
    const found = world.byInlineId(inlineId);
    if (found === undefined) throw badRequest('MESSAGE_ID_INVALID');
    return found.entry;
  }
  if (!params.has('message_id')) throw badRequest('message identifier is not specified');
  const chat = params.has('business_connection_id')
    ? findTargetChat(world, params)
    : findWritableChat(world, chatId(params));
  const entry = findEntry(chat, params.int('message_id') ?? 0);
  if (entry === undefined) throw badRequest('message to edit not found');
  const own =
    entry.message.from?.id === world.bot.id || entry.message.sender_business_bot?.id === world.bot.id;
  if (!own || entry.message.forward_origin !== undefined || entry.message.invoice !== undefined)
    throw badRequest("message can't be edited");
  return entry;
}

export function applyEdit(world: World, entry: Entry, change: Change, markup: Message['reply_markup']): void {
  const { edit_date: _, reply_markup: __, ...old } = entry.message;
  const next = clean({ ...old, ...change, ...(markup === undefined ? {} : { reply_markup: markup }) });
  const before = clean({
    ...old,
    ...(entry.message.reply_markup === undefined ? {} : { reply_markup: entry.message.reply_markup }),
  });
  if (JSON.stringify(sorted(next)) === JSON.stringify(sorted(before))) throw badRequest(NOT_MODIFIED);
  entry.message = { ...(next as unknown as Message), edit_date: world.date };
  world.changed();
}

const clean = (message: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined));
const sorted = (message: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(message).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Telegram lets bots delete for 48 hours; messages of others in groups only as administrators. */
const DELETE_MS = 48 * 3_600_000;

export const deleteMessage: Handler = (world, params) => {
  const chat = findChat(world, chatId(params));
  const entry = findEntry(chat, params.int('message_id') ?? 0);
  if (entry === undefined) throw badRequest('message to delete not found');
  const own = entry.message.from?.id === world.bot.id;
  if (world.clock.now() - entry.at > DELETE_MS) throw badRequest("message can't be deleted for everyone");
  const admin = chat.members.get(world.bot.id)?.status === 'administrator';
  if (!own && chat.info.type !== 'private' && !admin) throw badRequest("message can't be deleted");
  entry.deleted = true;
  world.changed();
  return true;
};

export const deleteMessages: Handler = (world, params) => {
  const ids = params.array('message_ids') ?? [];
  if (ids.length === 0 || ids.length > 100) throw badRequest('message identifiers are not specified');
  const chat = findChat(world, chatId(params));
  // Missing ones are skipped (core.telegram.org/bots/api#deletemessages).
  for (const id of ids) {
    const entry = findEntry(chat, Number(id));
    if (entry !== undefined) entry.deleted = true;
  }
  world.changed();
  return true;
};
