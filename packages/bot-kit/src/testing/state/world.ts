// What does the emulated Telegram know? One bot, its people, chats, files and updates; no network here.
import type { BusinessConnection, User, UserFromGetMe } from 'grammy/types';
import { Faults } from '../api/faults.js';
import { type ChatInfo, type ChatRecord, type Entry, newChat } from './chat-record.js';
import type { EmulatorClock } from './clock.js';
import { FileStore } from './file-store.js';
import { InlineCache } from './inline-cache.js';
import { PendingQueries } from './pending-queries.js';
import { Poller } from './poller.js';
import { Settings } from './settings.js';
import { StarLedger } from './star-ledger.js';
import { UpdateQueue } from './update-queue.js';

/** One call of the bot, as it was read. `answer` is what it got. */
export interface RecordedCall {
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly at: number;
  /** 200, or the code of the refusal; 0 while it runs or when the connection was cut. */
  readonly code: number;
  readonly description?: string | undefined;
}

export class World {
  readonly clock: EmulatorClock;
  readonly token: string;
  readonly bot: UserFromGetMe;
  readonly users = new Map<number, User>();
  readonly chats = new Map<number, ChatRecord>();
  /** Chats of business accounts, by `connection:chat`. */
  readonly businessChats = new Map<string, ChatRecord>();
  readonly connections = new Map<string, BusinessConnection>();
  /** People whose account is gone. */
  readonly deactivated = new Set<number>();
  /** People the bot has met in some update: it may name them, not write to them first. */
  readonly met = new Set<number>();
  readonly calls: RecordedCall[] = [];
  /** What Telegram would have swallowed without a word, such as entities beyond the hundredth. */
  readonly warnings: string[] = [];
  readonly files = new FileStore();
  readonly faults = new Faults();
  readonly pending: PendingQueries;
  readonly settings = new Settings();
  readonly poller = new Poller();
  readonly stars = new StarLedger();
  readonly inlineCache = new InlineCache();
  /** Whether the bot hears which result was chosen (a setting at BotFather). */
  inlineFeedback = true;
  readonly updates: UpdateQueue;
  readonly #listeners = new Set<() => void>();
  #nextPrivateMessageId = 1;
  #nextId = 1;

  constructor(clock: EmulatorClock, token: string, bot: UserFromGetMe) {
    this.clock = clock;
    this.token = token;
    this.bot = bot;
    this.pending = new PendingQueries(clock);
    this.updates = new UpdateQueue(() => this.changed());
    this.users.set(bot.id, { id: bot.id, is_bot: true, first_name: bot.first_name, username: bot.username });
  }

  /** Seconds, as the Bot API counts. */
  get date(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  /** A number used once, for query ids and the like. */
  nextId(): number {
    return this.#nextId++;
  }

  /** Private chats and small groups share one count; supergroups have their own. */
  takeMessageId(chat: ChatRecord): number {
    return chat.info.type === 'supergroup' || chat.info.type === 'channel'
      ? chat.nextMessageId++
      : this.#nextPrivateMessageId++;
  }

  addChat(info: ChatInfo): ChatRecord {
    const chat = newChat(info);
    this.chats.set(info.id, chat);
    return chat;
  }

  /** All chats, those of business accounts too. */
  allChats(): ChatRecord[] {
    return [...this.chats.values(), ...this.businessChats.values()];
  }

  /** The message that was sent through the bot under this id. */
  byInlineId(id: string): { chat: ChatRecord; entry: Entry } | undefined {
    for (const chat of this.chats.values()) {
      const entry = chat.entries.find(({ inlineId, deleted }) => inlineId === id && !deleted);
      if (entry !== undefined) return { chat, entry };
    }
    return undefined;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
