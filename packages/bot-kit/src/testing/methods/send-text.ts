// sendMessage, sendMessageDraft, sendChatAction: what the bot says, is about to say, and that it is about to.
import { badRequest } from '../api/api-failure.js';
import type { Params } from '../api/params.js';
import type { World } from '../state/world.js';
import { finishText, MAX_TEXT, type ReadText, readMarkup, readSentText } from '../text/read-text.js';
import { findTargetChat, findWritableChat } from './find-chat.js';
import type { Handler } from './handler.js';
import { checkLinkPreview, post, readTarget } from './post.js';
import { readThread } from './read-thread.js';

export const sendMessage: Handler = (world, params) => {
  const raw = readSentText(params);
  checkLinkPreview(params);
  const target = readTarget(world, params);
  const { text, entities } = finishText(world, raw, { max: MAX_TEXT, empty: false });
  const options = params.object('link_preview_options');
  return post(world, params, target, {
    text,
    ...(entities.length === 0 ? {} : { entities }),
    ...(options === undefined ? {} : { link_preview_options: options }),
  });
};

export const sendMessageDraft: Handler = (world, params) => {
  const raw = readMarkup(params.str('text') ?? '', params.str('parse_mode'), params.array('entities'));
  return showDraft(world, params, () => finishText(world, raw, { max: MAX_TEXT, empty: true }));
};

/**
 * Drafts live in private chats only, have no keyboard, and an empty one shows "Thinking…"
 * (core.telegram.org/bots/api#sendmessagedraft).
 */
export function showDraft(world: World, params: Params, content: () => ReadText): true {
  const chat = findWritableChat(world, params.int('chat_id'));
  if (chat.info.type !== 'private') throw badRequest('message drafts can be sent only to private chats');
  const id = params.int('draft_id') ?? 0;
  if (id === 0) throw badRequest('DRAFT_ID_INVALID');
  const threadId = readThread(params, chat) ?? 0;
  const { text, entities } = content();
  const before = chat.drafts.get(threadId);
  // The person pressed Stop: later versions of the same draft are taken and not shown.
  if (before?.id === id && before.stopped) return true;
  chat.drafts.set(threadId, {
    id,
    threadId,
    text,
    entities,
    canStop: params.bool('can_stop'),
    keepOnStop: params.bool('keep_on_stop'),
    shownAt: world.clock.now(),
    stopped: false,
  });
  world.changed();
  return true;
}

const ACTIONS = new Set([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
]);

export const sendChatAction: Handler = (world, params) => {
  const name = params.str('action') ?? '';
  if (!ACTIONS.has(name)) throw badRequest('wrong parameter action in request');
  const chat = findTargetChat(world, params);
  readThread(params, chat);
  chat.action = { name, at: world.clock.now() };
  world.changed();
  return true;
};
