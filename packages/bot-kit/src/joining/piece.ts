// Which messages belong together? What Telegram's apps send as several though a person did one thing.
import type { Message } from 'grammy/types';

/** `paste`: a text the app cut; `album`: files chosen at once; `forwards`: messages of a conversation passed on. */
export type JoinKind = 'paste' | 'album' | 'forwards';

/** Of one message, in UTF-16 units: longer texts are cut by the app. */
const APP_TEXT_UNITS = 4_096;
/** Apps look for a good place to cut in the second half. */
const LEAST_HEAD_UNITS = APP_TEXT_UNITS / 2;
/** Spaces at a cut are lost. */
const LOST_AT_CUT_UNITS = 8;

/** How long the next piece may take, in milliseconds. */
export const JOIN_MS: Readonly<Record<JoinKind, number>> = { paste: 1_500, album: 1_500, forwards: 3_000 };

/** What a message can be the first piece of. */
export function pieceKind(message: Message): JoinKind | undefined {
  const { document, photo, video, text = '' } = message;
  const isFile = document !== undefined || photo !== undefined || video !== undefined;
  if (message.forward_origin !== undefined) return isFile || text !== '' ? 'forwards' : undefined;
  if (message.media_group_id !== undefined) return isFile ? 'album' : undefined;
  return text.length > LEAST_HEAD_UNITS ? 'paste' : undefined;
}

/** Whether `next` goes on where `last` ended. Their dates count, too: after a break everything arrives at once. */
export function goesOn(kind: JoinKind, last: Message, next: Message): boolean {
  if (Math.abs(next.date - last.date) * 1_000 > Math.ceil(JOIN_MS[kind] / 1_000) * 1_000) return false;
  if (kind === 'forwards') return pieceKind(next) === 'forwards';
  if (kind === 'album')
    return next.forward_origin === undefined && next.media_group_id === last.media_group_id;
  return goesOnText(last, next);
}

/** A text that would have fitted into the message before it was not cut off from it. */
function goesOnText({ text: before = '' }: Message, next: Message): boolean {
  const { text, forward_origin, entities = [] } = next;
  if (text === undefined || forward_origin !== undefined) return false;
  if (entities.some(({ type, offset }) => type === 'bot_command' && offset === 0)) return false;
  return before.length + text.length + LOST_AT_CUT_UNITS > APP_TEXT_UNITS;
}

/** Nothing can follow a piece of a paste that is shorter than apps cut. */
export function isLast(kind: JoinKind, { text = '' }: Message): boolean {
  return kind === 'paste' && text.length <= LEAST_HEAD_UNITS;
}

/** The text as it was pasted. Apps cut at line breaks and spaces, which are lost; a full piece was cut anywhere. */
export function joinPaste(pieces: readonly Message[]): Pick<Message, 'text' | 'entities'> {
  let text = '';
  const entities: NonNullable<Message['entities']> = [];
  for (const [index, piece] of pieces.entries()) {
    const before = pieces[index - 1]?.text ?? '';
    if (index > 0 && before.length < APP_TEXT_UNITS) text += '\n';
    for (const entity of piece.entities ?? [])
      entities.push({ ...entity, offset: entity.offset + text.length });
    text += piece.text ?? '';
  }
  return { text, ...(entities.length === 0 ? {} : { entities }) };
}
