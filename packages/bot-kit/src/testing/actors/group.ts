// What is a group in a test? Members, topics, and what the bot may do and see there.
import type { ChatMember, Message, User } from 'grammy/types';
import { ActorError } from '../api/api-failure.js';
import { shownMember } from '../methods/chats.js';
import { userOf } from '../methods/post.js';
import type { ChatRecord } from '../state/chat-record.js';
import { shownChat } from '../state/shown-chat.js';
import type { World } from '../state/world.js';
import { composeMessage, type Place } from './compose-message.js';
import { deliver } from './deliver.js';
import type { Person } from './person.js';

export interface NewGroup {
  readonly title: string;
  readonly type?: 'group' | 'supergroup' | undefined;
  readonly username?: string | undefined;
  /** The first one is the owner. */
  readonly members: readonly Person[];
  /** Default `member`: then privacy mode decides what the bot sees. `none`: it is not there. */
  readonly bot?: 'member' | 'administrator' | 'none' | undefined;
  /** Topics by name; only their ids are emulated. */
  readonly topics?: readonly string[] | undefined;
}

export class Group implements Place {
  readonly record: ChatRecord;
  readonly #world: World;

  constructor(
    world: World,
    id: number,
    { title, type = 'supergroup', username, members, bot = 'member', topics = [] }: NewGroup,
  ) {
    this.#world = world;
    this.record = world.addChat({
      id,
      type,
      title,
      ...(username === undefined ? {} : { username }),
      ...(topics.length === 0 ? {} : { is_forum: true }),
    });
    for (const [index, { user }] of members.entries())
      this.record.members.set(user.id, { user, status: index === 0 ? 'creator' : 'member' });
    for (const name of topics) {
      const thread = world.takeMessageId(this.record);
      this.record.topics.set(thread, { message_thread_id: thread, name, icon_color: 0x6fb9f0 });
    }
    if (bot !== 'none') this.#setBot(bot, members[0]);
  }

  get id(): number {
    return this.record.info.id;
  }

  /** The thread id of a topic. */
  topic(name: string): number {
    const found = [...this.record.topics.values()].find((topic) => topic.name === name);
    if (found === undefined) throw new ActorError(`There is no topic ${name}.`);
    return found.message_thread_id;
  }

  join(person: Person): Message {
    this.#change(person.user, 'member', person.user);
    return this.#service(person, { new_chat_members: [person.user] });
  }

  leave(person: Person): Message {
    const message = this.#service(person, { left_chat_member: person.user });
    this.#change(person.user, 'left', person.user);
    return message;
  }

  addBot(by: Person): void {
    this.#setBot('member', by);
  }

  makeBotAdministrator(by: Person): void {
    this.#setBot('administrator', by);
  }

  /** Throws the bot out: it gets 403 from now on. */
  removeBot(by: Person): void {
    this.#setBot('kicked', by);
  }

  #setBot(status: 'member' | 'administrator' | 'kicked', by: Person | undefined): void {
    const bot = userOf(this.#world, this.#world.bot.id);
    const before = this.record.members.get(bot.id) ?? { user: bot, status: 'left' as const };
    this.record.members.set(bot.id, { user: bot, status });
    if (by === undefined) return;
    this.#world.met.add(by.id);
    this.#world.updates.push('my_chat_member', this.#update(by.user, before, { user: bot, status }), this.id);
    this.#world.changed();
  }

  #change(user: User, status: ChatMember['status'], by: User): void {
    const before = this.record.members.get(user.id) ?? { user, status: 'left' as const };
    this.record.members.set(user.id, { user, status });
    // Bots get `chat_member` only as administrators, and only when they ask for it.
    if (this.record.members.get(this.#world.bot.id)?.status === 'administrator')
      this.#world.updates.push('chat_member', this.#update(by, before, { user, status }), this.id);
  }

  #update(
    from: User,
    before: { user: User; status: ChatMember['status'] },
    after: { user: User; status: ChatMember['status'] },
  ) {
    return {
      chat: shownChat(this.record),
      from,
      date: this.#world.date,
      old_chat_member: shownMember(before),
      new_chat_member: shownMember(after),
    };
  }

  #service(person: Person, content: Partial<Message>): Message {
    return deliver(this.#world, this.record, composeMessage(this.#world, this.record, person.id, content, {}))
      .message;
  }
}
