// Where did a secret go that it should not have gone? Other chats, calls to other places, logs.
import type { Message } from 'grammy/types';
import type { Place } from '../actors/compose-message.js';
import type { ChatRecord } from '../state/chat-record.js';
import type { RecordedCall, World } from '../state/world.js';

export interface LeakOptions {
  /** Chats that may hold it. Default: those in which a person wrote it. */
  readonly allowed?: readonly Place[] | undefined;
  /** Lines of logs, metrics or errors, in which it may never be. */
  readonly logs?: Iterable<string> | undefined;
}

export interface Leak {
  readonly where: 'message' | 'draft' | 'call' | 'log';
  /** The chat, the method, or the line of the log. */
  readonly what: string;
}

/** Every place where `secret` turned up against the rules; empty when it was kept. Case does not matter. */
export function findLeaks(world: World, secret: string, { allowed, logs = [] }: LeakOptions): Leak[] {
  if (secret === '') throw new RangeError('A secret must be non-empty.');
  const holds = (text: string): boolean => text.toLowerCase().includes(secret.toLowerCase());
  const chats = world.allChats();
  const free = new Set(
    allowed === undefined
      ? chats.filter((chat) => wroteIt(world, chat, holds))
      : allowed.map(({ record }) => record),
  );
  const leaks: Leak[] = [];
  for (const chat of chats) {
    if (free.has(chat)) continue;
    const name = chat.info.title ?? chat.info.first_name ?? String(chat.info.id);
    // Deleted messages count: somebody may have seen them.
    if (chat.entries.some(({ message }) => holds(JSON.stringify(message)) || holds(fileText(world, message))))
      leaks.push({ where: 'message', what: name });
    if ([...chat.drafts.values()].some(({ text }) => holds(text))) leaks.push({ where: 'draft', what: name });
  }
  const freeIds = new Set([...free].map((chat) => chat.info.id));
  for (const call of world.calls)
    if (holds(JSON.stringify(call.parameters)) && !mayHold(call, freeIds))
      leaks.push({ where: 'call', what: call.method });
  for (const line of logs) if (holds(line)) leaks.push({ where: 'log', what: line });
  return leaks;
}

/** Answers to queries and edits of messages sent through the bot name no chat; they go to the one who asked. */
function mayHold({ parameters }: RecordedCall, freeIds: ReadonlySet<number>): boolean {
  const chat = parameters['chat_id'];
  return chat === undefined ? freeIds.size > 0 : freeIds.has(Number(chat));
}

function wroteIt(world: World, chat: ChatRecord, holds: (text: string) => boolean): boolean {
  return chat.entries.some(
    ({ message }) =>
      message.from?.is_bot !== true &&
      message.sender_business_bot === undefined &&
      (holds(`${message.text ?? ''} ${message.caption ?? ''} ${message.document?.file_name ?? ''}`) ||
        holds(fileText(world, message))),
  );
}

function fileText(world: World, message: Message): string {
  const id = message.document?.file_id;
  return id === undefined ? '' : new TextDecoder().decode(world.files.get(id).bytes);
}
