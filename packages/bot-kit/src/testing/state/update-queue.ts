// Which updates wait for the bot? Numbered, filtered by what it asked for, kept until confirmed.
import type { Update } from 'grammy/types';

export type UpdateType = Exclude<keyof Update, 'update_id'>;

/** What Telegram leaves out unless asked (core.telegram.org/bots/api#getupdates). */
const ON_REQUEST: ReadonlySet<UpdateType> = new Set([
  'chat_member',
  'message_reaction',
  'message_reaction_count',
]);

/** More than this, and the oldest go: a bot that never fetches must not fill the memory. */
const MAX_WAITING = 10_000;

export interface QueuedUpdate {
  readonly id: number;
  readonly type: UpdateType;
  /** Updates of one chat reach a webhook one after another. */
  readonly chat: number;
  /** As it was when it happened: JSON, so that later changes do not show. */
  readonly json: string;
}

export class UpdateQueue {
  readonly #changed: () => void;
  #next = 100_000_001;
  #waiting: QueuedUpdate[] = [];
  allowed: ReadonlySet<string> | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get waiting(): readonly QueuedUpdate[] {
    return this.#waiting;
  }

  /** Queues one update. @returns its id, or undefined when the bot did not ask for this type */
  push<T extends UpdateType>(type: T, content: NonNullable<Update[T]>, chat: number): number | undefined {
    const wanted =
      this.allowed === undefined || this.allowed.size === 0 ? !ON_REQUEST.has(type) : this.allowed.has(type);
    if (!wanted) return undefined;
    const id = this.#next++;
    this.#waiting.push({ id, type, chat, json: JSON.stringify({ update_id: id, [type]: content }) });
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
    this.#changed();
    return id;
  }

  /** Forgets everything below `offset`; a negative one keeps that many from the end. */
  confirm(offset: number): void {
    if (offset < 0) this.#waiting = this.#waiting.slice(offset);
    else if (offset > 0) this.#waiting = this.#waiting.filter(({ id }) => id >= offset);
    this.#changed();
  }

  remove(id: number): void {
    this.#waiting = this.#waiting.filter((one) => one.id !== id);
    this.#changed();
  }

  clear(): void {
    this.#waiting = [];
    this.#changed();
  }
}
