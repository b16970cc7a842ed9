// What does a bot see of a business account? The chats of its owner with others, from both sides.
import type { BusinessBotRights, BusinessConnection, Message } from 'grammy/types';
import { type ChatRecord, newChat } from '../state/chat-record.js';
import type { World } from '../state/world.js';
import type { Place, SendOptions } from './compose-message.js';
import type { Person } from './person.js';

/** The connection of one person's account to the bot. */
export class BusinessAccount {
  readonly owner: Person;
  readonly #world: World;
  #connection: BusinessConnection;

  constructor(world: World, owner: Person, rights: BusinessBotRights) {
    this.owner = owner;
    this.#world = world;
    this.#connection = {
      id: `biz-${world.nextId()}`,
      user: owner.user,
      user_chat_id: owner.id,
      date: world.date,
      rights,
      is_enabled: true,
    };
    this.#announce();
  }

  get connection(): BusinessConnection {
    return this.#connection;
  }

  /** The chat of the owner with `other`; both write into it with `{ in: chat }`. */
  chatWith(other: Person): Place {
    const key = `${this.#connection.id}:${other.id}`;
    const known = this.#world.businessChats.get(key);
    const record: ChatRecord = known ?? newChat(other.record.info, this.#connection.id);
    this.#world.businessChats.set(key, record);
    return { id: other.id, record };
  }

  /** Somebody writes to the owner. */
  receive(from: Person, text: string, options: Omit<SendOptions, 'in'> = {}): Message {
    return from.send(text, { ...options, in: this.chatWith(from) });
  }

  /** The owner writes to somebody; the bot sees that too. */
  write(to: Person, text: string, options: Omit<SendOptions, 'in'> = {}): Message {
    return this.owner.send(text, { ...options, in: this.chatWith(to) });
  }

  setRights(rights: BusinessBotRights): void {
    this.#connection = { ...this.#connection, rights };
    this.#announce();
  }

  disconnect(): void {
    this.#connection = { ...this.#connection, is_enabled: false };
    this.#announce();
  }

  #announce(): void {
    this.#world.connections.set(this.#connection.id, this.#connection);
    this.#world.met.add(this.owner.id);
    this.#world.updates.push('business_connection', this.#connection, this.owner.id);
    this.#world.changed();
  }
}
