// What does one chat hold? Messages in order, who is in it, drafts, keyboards: as Telegram's servers keep it.
import type { ChatMember, ForumTopic, Message, ReplyKeyboardMarkup, User } from 'grammy/types';

/** A chat as the Bot API shows it inside messages. */
export interface ChatInfo {
  readonly id: number;
  readonly type: 'private' | 'group' | 'supergroup' | 'channel';
  title?: string;
  username?: string;
  first_name?: string;
  last_name?: string;
  is_forum?: true;
}

export interface Entry {
  message: Message;
  /** Set when a single person sees it besides the bot. */
  readonly onlyFor?: number | undefined;
  deleted: boolean;
  /** Milliseconds on the emulator's clock. */
  readonly at: number;
  /** A message sent through the bot (inline, guest): edits name it by this. */
  readonly inlineId?: string | undefined;
  readonly reactions: Map<number, readonly string[]>;
}

export interface Draft {
  readonly id: number;
  readonly threadId: number;
  readonly text: string;
  readonly entities: Message['entities'];
  readonly canStop: boolean;
  readonly keepOnStop: boolean;
  readonly shownAt: number;
  stopped: boolean;
}

export interface ChatRecord {
  readonly info: ChatInfo;
  readonly members: Map<number, { user: User; status: ChatMember['status'] }>;
  readonly entries: Entry[];
  /** By thread (0 without one); Telegram shows one draft a thread. */
  readonly drafts: Map<number, Draft>;
  /** By user; 0 for everyone. */
  readonly keyboards: Map<number, ReplyKeyboardMarkup>;
  readonly topics: Map<number, ForumTopic>;
  readonly pinned: number[];
  action?: { readonly name: string; readonly at: number } | undefined;
  /** Private chats: the person pressed Start, and has not blocked the bot since. */
  started: boolean;
  blocked: boolean;
  nextMessageId: number;
  nextEphemeralId: number;
  /** Of a business account's chat: the connection it is seen through. */
  readonly businessConnectionId?: string | undefined;
  description?: string | undefined;
}

export function newChat(info: ChatInfo, businessConnectionId?: string): ChatRecord {
  return {
    info,
    members: new Map(),
    entries: [],
    drafts: new Map(),
    keyboards: new Map(),
    topics: new Map(),
    pinned: [],
    started: false,
    blocked: false,
    nextMessageId: 1,
    nextEphemeralId: 1,
    businessConnectionId,
  };
}

/** The entry with this id, unless it was deleted. */
export function findEntry(chat: ChatRecord, messageId: number): Entry | undefined {
  return chat.entries.find(({ message, deleted }) => !deleted && message.message_id === messageId);
}
