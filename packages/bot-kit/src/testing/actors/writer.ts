// What can a person write? Texts, files, albums, forwards and edits; each becomes an update for the bot.
import type { Message, User } from 'grammy/types';
import { ActorError } from '../api/api-failure.js';
import type { MediaKind } from '../methods/send-media.js';
import { fileIdOf, mediaFields } from '../methods/send-media.js';
import type { ChatRecord } from '../state/chat-record.js';
import { findEntry } from '../state/chat-record.js';
import { shownChat } from '../state/shown-chat.js';
import type { World } from '../state/world.js';
import {
  captionContent,
  composeMessage,
  type Place,
  type SendOptions,
  textContent,
} from './compose-message.js';
import { deliver } from './deliver.js';
import { ephemeralCommand } from './ephemeral-command.js';

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

export interface AlbumFile {
  readonly bytes: Uint8Array;
  readonly name?: string | undefined;
  readonly caption?: string | undefined;
}

export interface ForwardOptions extends SendOptions {
  /** Whose message it was; a name alone for people who hide their account. */
  readonly from?: Writer | string | undefined;
}

export class Writer implements Place {
  readonly user: User;
  protected readonly world: World;

  constructor(world: World, user: User) {
    this.world = world;
    this.user = user;
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
    const message = this.#post(textContent(head, options.entities), options);
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
  album(files: readonly AlbumFile[], options: FileOptions & { kind?: 'document' | 'photo' } = {}): Message[] {
    if (files.length < 2 || files.length > 10) throw new ActorError('An album has 2 to 10 files.');
    const group = `album-${this.world.nextId()}`;
    const { kind = 'document' } = options;
    return files.map(({ bytes, name, caption }) =>
      this.#post(
        { ...this.#fileContent(kind, bytes, { ...options, name, caption }), media_group_id: group },
        options,
      ),
    );
  }

  /** Forwards a message, or a text somebody wrote elsewhere. */
  forward(what: Message | string, options: ForwardOptions = {}): Message {
    const { from } = options;
    const original = typeof what === 'string' ? undefined : what;
    const sender = from instanceof Writer ? from.user : from === undefined ? original?.from : undefined;
    const date = original?.date ?? this.world.date;
    const content: Partial<Message> = typeof what === 'string' ? textContent(what) : carriedContent(what);
    const origin: NonNullable<Message['forward_origin']> =
      sender === undefined
        ? { type: 'hidden_user', sender_user_name: typeof from === 'string' ? from : 'Hidden', date }
        : { type: 'user', sender_user: sender, date };
    return this.#post({ ...content, forward_origin: origin }, options);
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

  #post(content: Partial<Message>, options: SendOptions): Message {
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
    return this.#post({ ...this.#fileContent(kind, bytes, options) }, options);
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
