// What can a person do in Telegram? Everything a test has them do; each act becomes updates for the bot.
import type { BusinessBotRights, InlineQuery, Message, User } from 'grammy/types';
import { ActorError } from '../api/api-failure.js';
import type { MediaKind } from '../methods/send-media.js';
import { fileIdOf, mediaFields } from '../methods/send-media.js';
import type { ChatRecord } from '../state/chat-record.js';
import { findEntry } from '../state/chat-record.js';
import { shownChat } from '../state/shown-chat.js';
import type { World } from '../state/world.js';
import { screen } from '../view/screen.js';
import type { WaitFor } from '../wait-for.js';
import { BusinessAccount } from './business.js';
import {
  captionContent,
  composeMessage,
  type Place,
  type SendOptions,
  textContent,
} from './compose-message.js';
import { deliver } from './deliver.js';
import { ephemeralCommand } from './ephemeral-command.js';
import { type InlineSession, typeInline } from './inline-session.js';
import { type Paying, pay } from './pay.js';
import { type Pressed, pressButton } from './press.js';

/** Telegram's apps cut longer texts into several messages. */
const APP_TEXT_LIMIT = 4096;

export interface FileOptions extends SendOptions {
  readonly name?: string | undefined;
  readonly mime?: string | undefined;
  readonly caption?: string | undefined;
  /** Seconds, for voice, audio and video. */
  readonly duration?: number | undefined;
  /** What Telegram says the size is, when the bytes of a large file are not worth making. */
  readonly size?: number | undefined;
}

export interface ForwardOptions extends SendOptions {
  /** Whose message it was; a name alone for people who hide their account. */
  readonly from?: Person | string | undefined;
}

export class Person implements Place {
  readonly user: User;
  protected readonly world: World;
  readonly #waitFor: WaitFor;

  constructor(world: World, user: User, waitFor: WaitFor) {
    this.world = world;
    this.user = user;
    this.#waitFor = waitFor;
  }

  get id(): number {
    return this.user.id;
  }

  /** The private chat with the bot. */
  get record(): ChatRecord {
    const chat = this.world.chats.get(this.user.id);
    if (chat === undefined) throw new ActorError(`No chat with ${this.user.first_name}.`);
    return chat;
  }

  /** Writes a text; one above 4,096 characters goes out in pieces, as the apps do. @returns the last message */
  send(text: string, options: SendOptions = {}): Message {
    if (text === '') throw new ActorError('No app sends an empty message.');
    const head = text.slice(0, APP_TEXT_LIMIT);
    const message = this.post(textContent(head, options.entities), options);
    return text.length > head.length ? this.send(text.slice(head.length), options) : message;
  }

  /** Presses Start, with what a deep link carries. */
  start(payload?: string): Message {
    return this.send(payload === undefined ? '/start' : `/start ${payload}`);
  }

  reply(to: Message, text: string, options: SendOptions = {}): Message {
    return this.send(text, { ...options, replyTo: to });
  }

  sendDocument(bytes: Uint8Array, options: FileOptions = {}): Message {
    return this.#sendFile('document', bytes, options);
  }

  sendPhoto(bytes: Uint8Array, options: FileOptions = {}): Message {
    return this.#sendFile('photo', bytes, { mime: 'image/jpeg', ...options });
  }

  sendVoice(bytes: Uint8Array, options: FileOptions = {}): Message {
    return this.#sendFile('voice', bytes, { mime: 'audio/ogg', ...options });
  }

  sendAudio(bytes: Uint8Array, options: FileOptions = {}): Message {
    return this.#sendFile('audio', bytes, { mime: 'audio/mpeg', ...options });
  }

  sendVideoNote(bytes: Uint8Array, options: FileOptions = {}): Message {
    return this.#sendFile('video_note', bytes, { mime: 'video/mp4', ...options });
  }

  /** Sends 2 to 10 files as one album: separate messages with one `media_group_id`. */
  album(
    files: readonly { bytes: Uint8Array; name?: string; caption?: string }[],
    options: FileOptions & { kind?: 'document' | 'photo' } = {},
  ): Message[] {
    if (files.length < 2 || files.length > 10) throw new ActorError('An album has 2 to 10 files.');
    const group = `album-${this.world.nextId()}`;
    const { kind = 'document' } = options;
    return files.map(({ bytes, name, caption }) =>
      this.post(
        { ...this.#fileContent(kind, bytes, { ...options, name, caption }), media_group_id: group },
        options,
      ),
    );
  }

  /** Forwards a message, or a text somebody wrote elsewhere. */
  forward(what: Message | string, options: ForwardOptions = {}): Message {
    const { from } = options;
    const original = typeof what === 'string' ? undefined : what;
    const sender = from instanceof Person ? from.user : from === undefined ? original?.from : undefined;
    const date = original?.date ?? this.world.date;
    const content: Partial<Message> = typeof what === 'string' ? textContent(what) : carriedContent(what);
    const origin: NonNullable<Message['forward_origin']> =
      sender === undefined
        ? { type: 'hidden_user', sender_user_name: typeof from === 'string' ? from : 'Hidden', date }
        : { type: 'user', sender_user: sender, date };
    return this.post({ ...content, forward_origin: origin }, options);
  }

  /** Changes an own text; the bot gets `edited_message`. */
  edit(message: Message, text: string): Message {
    const chat = this.#chatOf(message);
    const entry = findEntry(chat, message.message_id);
    if (entry === undefined || entry.message.from?.id !== this.id)
      throw new ActorError('People edit only their own messages.');
    const { entities: _, ...rest } = entry.message;
    entry.message = { ...rest, ...textContent(text), edit_date: this.world.date };
    const type = chat.businessConnectionId === undefined ? 'edited_message' : 'edited_business_message';
    this.world.updates.push(type, entry.message as never, chat.info.id);
    this.world.changed();
    return entry.message;
  }

  /** Deletes a message; bots are not told, except in business chats. */
  erase(message: Message): void {
    const chat = this.#chatOf(message);
    const entry = findEntry(chat, message.message_id);
    if (entry === undefined) throw new ActorError('This message is gone already.');
    entry.deleted = true;
    if (chat.businessConnectionId !== undefined)
      this.world.updates.push(
        'deleted_business_messages',
        {
          business_connection_id: chat.businessConnectionId,
          chat: shownChat(chat) as never,
          message_ids: [message.message_id],
        },
        chat.info.id,
      );
    this.world.changed();
  }

  /**
   * Presses a button: of the newest message that has one with this text, or of the keyboard below.
   * @throws ActorError when no such button is on the screen
   */
  press(
    button: string | RegExp,
    options: { in?: Place | undefined; message?: Message | undefined } = {},
  ): Pressed {
    return pressButton(
      this.world,
      this,
      options.in?.record ?? this.record,
      button,
      options.message,
      this.#waitFor,
    );
  }

  /** Presses Stop on the draft; the bot gets `stopped_message_generation`. @throws ActorError when none can be stopped */
  pressStop(threadId = 0): void {
    const draft = this.record.drafts.get(threadId);
    const shown = draft !== undefined && this.world.clock.now() - draft.shownAt < 30_000;
    if (!shown || !draft.canStop || draft.stopped)
      throw new ActorError('No draft with a Stop button is on the screen.');
    draft.stopped = true;
    this.world.updates.push(
      'stopped_message_generation',
      {
        chat: shownChat(this.record) as never,
        ...(threadId === 0 ? {} : { message_thread_id: threadId }),
        draft_id: draft.id,
      },
      this.id,
    );
    this.world.changed();
  }

  /** Types `@bot query` somewhere; see {@link InlineSession}. */
  typeInline(
    query: string,
    options: { offset?: string; chatType?: NonNullable<InlineQuery['chat_type']> } = {},
  ): InlineSession {
    return typeInline(this.world, this, query, options, this.#waitFor);
  }

  /** Pays an invoice, by its message or link; default the newest in the chat. */
  pay(invoice?: Message | string): Paying {
    return pay(this.world, this, invoice, this.#waitFor);
  }

  /** Connects the account: the bot sees the chats of this person, by default with the right to reply. */
  connectBusiness(rights: BusinessBotRights = { can_reply: true, can_read_messages: true }): BusinessAccount {
    return new BusinessAccount(this.world, this, rights);
  }

  /** Blocks the bot; it gets `my_chat_member`, and 403 when it writes. */
  block(): void {
    this.#membership('member', 'kicked');
    this.record.blocked = true;
  }

  unblock(): void {
    this.#membership('kicked', 'member');
    this.record.blocked = false;
  }

  /** Deletes the account. */
  deactivate(): void {
    this.world.deactivated.add(this.id);
  }

  /** The screen of the private chat, or of `place`. */
  screen(place: Place = this): string {
    return screen(this.world, this.id, place.record);
  }

  /** Waits until the screen shows this; as long as it takes, up to minutes. @returns the screen */
  async sees(what: string | RegExp, place: Place = this): Promise<string> {
    const shown = () =>
      typeof what === 'string' ? this.screen(place).includes(what) : what.test(this.screen(place));
    await this.#waitFor(
      shown,
      () => `${this.user.first_name} to see ${String(what)}; on the screen:\n${this.screen(place)}`,
    );
    return this.screen(place);
  }

  /** The newest message of the bot that this person can see. */
  lastMessage(place: Place = this): Message | undefined {
    return place.record.entries.findLast(
      ({ message, deleted, onlyFor }) =>
        !deleted && (onlyFor === undefined || onlyFor === this.id) && message.from?.id === this.world.bot.id,
    )?.message;
  }

  protected post(content: Partial<Message>, options: SendOptions): Message {
    const chat = options.in?.record ?? this.record;
    if (chat.info.type === 'private' && chat.businessConnectionId === undefined) {
      if (chat.blocked) throw new ActorError('Unblock the bot first.');
      chat.started = true;
    } else if (chat.businessConnectionId === undefined && !chat.members.has(this.id))
      throw new ActorError(`${this.user.first_name} is not in ${chat.info.title ?? 'this chat'}.`);
    const message = composeMessage(this.world, chat, this.id, content, options);
    const ephemeral = ephemeralCommand(this.world, chat, message);
    return deliver(
      this.world,
      chat,
      ephemeral ?? message,
      ephemeral === undefined ? {} : { onlyFor: this.id },
    ).message;
  }

  #sendFile(kind: MediaKind, bytes: Uint8Array, options: FileOptions): Message {
    return this.post({ ...this.#fileContent(kind, bytes, options) }, options);
  }

  #fileContent(kind: MediaKind, bytes: Uint8Array, options: FileOptions): Partial<Message> {
    const { name = kind === 'document' ? 'file.bin' : '', mime = 'application/octet-stream', size } = options;
    const file = this.world.files.add({ kind, name, mime, bytes, size });
    return { ...mediaFields(kind, file, options.duration ?? 1), ...captionContent(options.caption) };
  }

  #chatOf(message: Message): ChatRecord {
    const chat = this.world
      .allChats()
      .find(
        (one) =>
          one.info.id === message.chat.id && one.businessConnectionId === message.business_connection_id,
      );
    if (chat === undefined) throw new ActorError('This message is in no chat of the emulator.');
    return chat;
  }

  #membership(before: 'member' | 'kicked', after: 'member' | 'kicked'): void {
    const bot = this.world.users.get(this.world.bot.id);
    if (bot === undefined) return;
    const member = (status: 'member' | 'kicked') =>
      status === 'member' ? { status, user: bot } : { status, user: bot, until_date: 0 };
    this.world.updates.push(
      'my_chat_member',
      {
        chat: shownChat(this.record),
        from: this.user,
        date: this.world.date,
        old_chat_member: member(before),
        new_chat_member: member(after),
      },
      this.id,
    );
  }
}

function carriedContent(message: Message): Partial<Message> {
  const {
    text,
    entities,
    caption,
    caption_entities,
    document,
    photo,
    voice,
    audio,
    video,
    video_note,
    animation,
  } = message;
  const carried = {
    text,
    entities,
    caption,
    caption_entities,
    document,
    photo,
    voice,
    audio,
    video,
    video_note,
    animation,
  };
  if (text === undefined && fileIdOf(message) === undefined)
    throw new ActorError('This message cannot be forwarded.');
  return Object.fromEntries(Object.entries(carried).filter(([, value]) => value !== undefined));
}
