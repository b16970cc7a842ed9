// Is this a result Telegram would show, and what message does it become? For inline, guest and prepared messages.
// Limits: core.telegram.org/bots/api#inlinequeryresult.
import type { InlineKeyboardMarkup, InlineQueryResult } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import { isRecord } from '../api/params.js';
import { readRich } from '../rich/read-rich.js';
import type { World } from '../state/world.js';
import { byteLength } from '../text/raw-text.js';
import { finishText, MAX_CAPTION, MAX_TEXT, readMarkup } from '../text/read-text.js';
import type { Content } from './post.js';
import { readReplyMarkup } from './reply-markup.js';
import { type MediaKind, mediaFields } from './send-media.js';

export interface ReadResult {
  readonly result: InlineQueryResult;
  readonly content: Content;
  readonly markup: InlineKeyboardMarkup | undefined;
}

const KINDS: Readonly<Record<string, MediaKind | 'article' | 'location' | 'contact'>> = {
  article: 'article',
  photo: 'photo',
  document: 'document',
  voice: 'voice',
  audio: 'audio',
  video: 'video',
  gif: 'animation',
  mpeg4_gif: 'animation',
  sticker: 'sticker',
  location: 'location',
  venue: 'location',
  contact: 'contact',
};

const failure = (what: string) => badRequest(`can't parse inline query result: ${what}`);

/** @throws ApiFailure with Telegram's sentence or code */
export function readInlineResult(world: World, given: unknown): ReadResult {
  if (!isRecord(given)) throw failure('Expected an Object');
  const kind = KINDS[String(given['type'])];
  if (kind === undefined) throw failure('Unsupported type specified');
  const id = given['id'];
  if (typeof id !== 'string') throw failure('Can\'t find field "id"');
  if (id === '' || byteLength(id) > 64) throw badRequest('RESULT_ID_INVALID');
  const markup = readReplyMarkup(given['reply_markup'], { inlineOnly: true });
  const content = readContent(world, given, kind);
  // The fields that matter were read above; the rest is shown as it came.
  return {
    result: given as unknown as InlineQueryResult,
    content,
    markup: markup?.kind === 'inline' ? markup.markup : undefined,
  };
}

function readContent(world: World, given: Record<string, unknown>, kind: (typeof KINDS)[string]): Content {
  const input = given['input_message_content'];
  if (kind === 'article' && typeof given['title'] !== 'string') throw failure('Can\'t find field "title"');
  if (isRecord(input)) return readInput(world, input);
  if (input !== undefined) throw failure('Expected an Object as input_message_content');
  if (kind === 'article' || kind === undefined) throw failure('Can\'t find field "message_text"');
  if (kind === 'location')
    return { location: { latitude: Number(given['latitude']), longitude: Number(given['longitude']) } };
  if (kind === 'contact')
    return {
      contact: { phone_number: String(given['phone_number']), first_name: String(given['first_name']) },
    };
  const fileId = given[`${String(given['type'])}_file_id`];
  const file =
    typeof fileId === 'string'
      ? world.files.get(fileId)
      : world.files.add({
          kind,
          name: String(given['title'] ?? ''),
          mime: String(given['mime_type'] ?? ''),
          bytes: new Uint8Array(),
        });
  const raw = readMarkup(
    String(given['caption'] ?? ''),
    text(given['parse_mode']),
    given['caption_entities'],
  );
  const caption = finishText(world, raw, {
    max: MAX_CAPTION,
    empty: true,
    tooLong: 'message caption is too long',
  });
  return {
    ...mediaFields(kind, file, 0),
    ...(caption.text === '' ? {} : { caption: caption.text, caption_entities: caption.entities }),
  };
}

function readInput(world: World, input: Record<string, unknown>): Content {
  const rich = input['rich_message'];
  if (isRecord(rich)) return { rich_message: readRich(rich) };
  if (input['latitude'] !== undefined)
    return { location: { latitude: Number(input['latitude']), longitude: Number(input['longitude']) } };
  const source = input['message_text'];
  if (typeof source !== 'string') throw failure('Can\'t find field "message_text"');
  if (source === '') throw badRequest('message text is empty');
  const raw = readMarkup(source, text(input['parse_mode']), input['entities']);
  const read = finishText(world, raw, { max: MAX_TEXT, empty: false });
  return { text: read.text, ...(read.entities.length === 0 ? {} : { entities: read.entities }) };
}

const text = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
