// May this message be shown to one person only? Rules of ephemeral messages (Bot API 10.2).
// Source: core.telegram.org/bots/api#ephemeralmessageparameters and #replyparameters: groups only, and an ephemeral
// message or a button press may be answered within 15 seconds.
import type { User } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import type { Params } from '../api/params.js';
import type { ChatRecord, Entry } from '../state/chat-record.js';
import type { World } from '../state/world.js';
import { only, type ReplyMarkup } from './reply-markup.js';

export const EPHEMERAL_REPLY_MS = 15_000;

export interface EphemeralTarget {
  readonly receiverId: number;
  readonly callbackQueryId: string | undefined;
  readonly replaceOriginal: boolean;
  readonly repliesTo: number | undefined;
  /** Known after the check. */
  receiver: User;
  reply?: Entry | undefined;
  replaces?: (() => void) | undefined;
}

export function readEphemeral(params: Params): EphemeralTarget | undefined {
  const given = params.object('ephemeral_message_parameters');
  const repliesTo = params.object('reply_parameters')?.['ephemeral_message_id'];
  if (given === undefined) {
    if (repliesTo !== undefined)
      throw badRequest('a reply to an ephemeral message must be an ephemeral message');
    return undefined;
  }
  only(
    given,
    ['receiver_user_id', 'callback_query_id', 'replace_callback_query_message'],
    'EphemeralMessageParameters',
  );
  const receiverId = given['receiver_user_id'];
  if (typeof receiverId !== 'number') throw badRequest('can\'t find field "receiver_user_id"');
  const query = given['callback_query_id'];
  return {
    receiverId,
    callbackQueryId: query === undefined ? undefined : String(query),
    replaceOriginal: given['replace_callback_query_message'] === true,
    repliesTo: repliesTo === undefined ? undefined : Number(repliesTo),
    receiver: { id: receiverId, is_bot: false, first_name: '' },
  };
}

/** @throws ApiFailure outside groups, for strangers, and after the 15 seconds */
export function checkEphemeral(
  world: World,
  chat: ChatRecord,
  target: EphemeralTarget | undefined,
  markup: ReplyMarkup | undefined,
): void {
  if (target === undefined) return;
  if (chat.info.type !== 'group' && chat.info.type !== 'supergroup')
    throw badRequest('ephemeral messages can be sent only to groups and supergroups');
  if (markup !== undefined && markup.kind !== 'inline') throw badRequest('inline keyboard expected');
  const member = chat.members.get(target.receiverId);
  if (member === undefined || member.status === 'left' || member.status === 'kicked')
    throw badRequest('USER_NOT_PARTICIPANT');
  target.receiver = member.user;
  const now = world.clock.now();
  if (target.repliesTo !== undefined) {
    const entry = chat.entries.find(
      ({ message, deleted }) =>
        !deleted &&
        message.ephemeral_message_id === target.repliesTo &&
        message.from?.id === target.receiverId,
    );
    if (entry === undefined || now - entry.at > EPHEMERAL_REPLY_MS)
      throw badRequest('message to be replied not found');
    target.reply = entry;
  }
  if (target.callbackQueryId !== undefined) {
    const query = world.pending.find(target.callbackQueryId, 'callback');
    if (query === undefined || query.from !== target.receiverId || now - query.at > EPHEMERAL_REPLY_MS)
      throw badRequest('query is too old and response timeout expired or query ID is invalid');
    if (target.replaceOriginal) target.replaces = query.hideOriginal;
  }
}
