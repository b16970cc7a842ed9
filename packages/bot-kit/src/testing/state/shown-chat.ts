// How does a chat stand in messages and updates?
import type { Chat } from 'grammy/types';
import type { ChatRecord } from './chat-record.js';

export function shownChat({ info }: ChatRecord): Chat {
  const { id, title = '', username, first_name = '', last_name } = info;
  const named = username === undefined ? {} : { username };
  switch (info.type) {
    case 'private':
      return { id, type: 'private', first_name, ...(last_name === undefined ? {} : { last_name }), ...named };
    case 'group':
      return { id, type: 'group', title };
    case 'supergroup':
      return {
        id,
        type: 'supergroup',
        title,
        ...named,
        ...(info.is_forum === true ? { is_forum: true } : {}),
      };
    case 'channel':
      return { id, type: 'channel', title, ...named };
    default:
      return info.type satisfies never;
  }
}
