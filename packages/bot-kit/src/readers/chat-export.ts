// What was said in a chat that Telegram Desktop has written to result.json? Texts with who and when; anything else is left out.
import { CocoonError } from '@cocoonkit/sdk';

export interface ExportedMessage {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Telegram's number of a person; `undefined` for channels and deleted accounts. */
  readonly user: number | undefined;
  readonly name: string;
  readonly text: string;
  /** Number of the message it answers. */
  readonly replyTo?: number | undefined;
}

/** The newest are kept. */
export const EXPORT_MESSAGES_MAX = 20_000;
/** Of one message. Telegram's own limit. */
const TEXT_UNITS = 4_096;
const NAME_UNITS = 128;

/**
 * Oldest first; not empty. The caller limits the bytes.
 * @throws CocoonError `EXPORT_UNREADABLE`, `EXPORT_SEVERAL_CHATS`, `EXPORT_EMPTY`; none holds anything of the file
 */
export function readChatExport(bytes: Uint8Array): ExportedMessage[] {
  const file = recordOf(parse(bytes));
  if (file !== undefined && recordOf(file['chats'])?.['list'] !== undefined)
    throw exportError('EXPORT_SEVERAL_CHATS');
  const all: unknown = file?.['messages'];
  if (!Array.isArray(all)) throw exportError('EXPORT_UNREADABLE');
  const messages: ExportedMessage[] = [];
  // From the end: what is too old is not even read.
  for (let index = all.length - 1; index >= 0 && messages.length < EXPORT_MESSAGES_MAX; index--) {
    const message = readMessage(all[index]);
    if (message !== undefined) messages.push(message);
  }
  if (messages.length === 0) throw exportError('EXPORT_EMPTY');
  return messages.sort((a, b) => a.at - b.at || a.id - b.id);
}

/** Pictures without words, calls, people who came and went are `undefined`. */
function readMessage(value: unknown): ExportedMessage | undefined {
  const message = recordOf(value);
  if (message === undefined || message['type'] !== 'message') return undefined;
  const { id, from, from_id: sender, reply_to_message_id: replyTo } = message;
  const at = timeOf(message);
  const text = textOf(message['text']).slice(0, TEXT_UNITS).trim();
  if (!isNumber(id) || at === undefined || text === '') return undefined;
  const [, user] = /^user(\d{1,15})$/.exec(typeof sender === 'string' ? sender : '') ?? [];
  return {
    id,
    at,
    user: user === undefined ? undefined : Number(user),
    name: typeof from === 'string' ? from.slice(0, NAME_UNITS) : '',
    text,
    ...(isNumber(replyTo) ? { replyTo } : {}),
  };
}

/** A string, or pieces of which links, mentions and styles are objects. */
function textOf(text: unknown): string {
  if (typeof text === 'string') return text;
  if (!Array.isArray(text)) return '';
  return text
    .map((piece: unknown) => {
      if (typeof piece === 'string') return piece;
      const inner = recordOf(piece)?.['text'];
      return typeof inner === 'string' ? inner : '';
    })
    .join('');
}

function timeOf({ date_unixtime: seconds, date }: Record<string, unknown>): number | undefined {
  const at =
    typeof seconds === 'string'
      ? Number(seconds) * 1_000
      : Date.parse(typeof date === 'string' ? `${date}Z` : '');
  // What a date can be.
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? at : undefined;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw exportError('EXPORT_UNREADABLE');
  }
}

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value);

function recordOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

const REASONS = {
  EXPORT_UNREADABLE: [
    'The file is no chat export of Telegram Desktop, or is cut.',
    'Export the chat again, as JSON.',
  ],
  EXPORT_SEVERAL_CHATS: ['The file holds several chats.', 'Export one chat, from its own menu.'],
  EXPORT_EMPTY: ['The export holds no texts.', 'Choose a longer time when exporting.'],
} as const;

function exportError(code: keyof typeof REASONS): CocoonError {
  const [message, remedy] = REASONS[code];
  return new CocoonError({ kind: 'config', code, message, remedy });
}
