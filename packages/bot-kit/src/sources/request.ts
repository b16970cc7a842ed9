// What did a person mean by these messages? Files and texts to read, a conversation, and pieces that hold nothing to read.
import type { Message } from 'grammy/types';
import { type Source, sourceOf } from './source.js';

/** What was in a piece that cannot be read. */
export type Unreadable = 'picture' | 'video';

export interface ReadRequest {
  /** At least one, unless everything is unreadable. */
  readonly sources: readonly Source[];
  readonly unreadable: readonly Unreadable[];
}

/** Of messages that came as one. */
export function requestOf(messages: readonly Message[]): ReadRequest {
  const sources: Source[] = [];
  const unreadable: Unreadable[] = [];
  const speakers: string[] = [];
  const said: { speaker: number; text: string }[] = [];
  for (const message of messages) {
    const { document, photo, video, forward_origin: origin } = message;
    const text = message.text ?? message.caption ?? '';
    const file = document === undefined ? undefined : sourceOf(message);
    if (file !== undefined) sources.push(file);
    if (file === undefined && text === '' && photo !== undefined) unreadable.push('picture');
    if (file === undefined && text === '' && video !== undefined) unreadable.push('video');
    if (text === '' || (file !== undefined && (origin === undefined || messages.length === 1))) continue;
    if (origin === undefined) {
      if (file === undefined && message.text !== undefined) sources.push({ kind: 'text', name: '', text });
      continue;
    }
    const name = senderOf(origin);
    if (!speakers.includes(name)) speakers.push(name);
    said.push({ speaker: speakers.indexOf(name), text });
  }
  const talk: Source[] =
    said.length === 0 ? [] : [{ kind: 'talk', name: '', talk: { speakers, messages: said } }];
  return { sources: [...talk, ...sources], unreadable };
}

function senderOf(origin: NonNullable<Message['forward_origin']>): string {
  switch (origin.type) {
    case 'user':
      return [origin.sender_user.first_name, origin.sender_user.last_name].filter(Boolean).join(' ');
    case 'hidden_user':
      return origin.sender_user_name;
    case 'chat':
      return 'title' in origin.sender_chat ? (origin.sender_chat.title ?? '') : '';
    case 'channel':
      return origin.chat.title;
    default:
      return '';
  }
}
