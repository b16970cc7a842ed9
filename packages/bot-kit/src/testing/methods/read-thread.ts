// Which topic does the bot mean? Topics exist by id only.
import { badRequest } from '../api/api-failure.js';
import type { Params } from '../api/params.js';
import type { ChatRecord } from '../state/chat-record.js';

/** @throws ApiFailure `message thread not found` */
export function readThread(params: Params, chat: ChatRecord): number | undefined {
  const id = params.int('message_thread_id');
  if (id === undefined) return undefined;
  if (!chat.topics.has(id)) throw badRequest('message thread not found');
  return id;
}
