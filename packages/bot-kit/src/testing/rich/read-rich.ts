// Is this a rich message Telegram would take? Every field of every block and text, and the limits of the whole.
// Source: core.telegram.org/bots/api#inputrichmessage. Markdown and HTML are not parsed: only their length is checked.
import type { Message } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import { isRecord } from '../api/params.js';
import { readReplyMarkup } from '../methods/reply-markup.js';
import { urlComplaint } from '../text/check-entities.js';
import {
  type FieldKind,
  type Fields,
  RICH_BLOCKS,
  RICH_CAPTION,
  RICH_CELL,
  RICH_ITEM,
  RICH_MESSAGE,
  RICH_TEXTS,
} from './rich-rules.js';

const MAX_TEXT = 32_768;
const MAX_BLOCKS = 500;
const MAX_LEVELS = 16;
const MAX_MEDIA = 50;
const MAX_COLUMNS = 20;
const MAX_BUTTONS = 8;

interface Count {
  readonly draft: boolean;
  characters: number;
  blocks: number;
  media: number;
}

/**
 * `draft`: for `sendRichMessageDraft`, which alone may say "thinking".
 * @throws ApiFailure that names the field
 */
export function readRich(
  given: Record<string, unknown>,
  { draft = false } = {},
): NonNullable<Message['rich_message']> {
  for (const name of Object.keys(given))
    if (!RICH_MESSAGE.includes(name)) throw failure(`unexpected field "${name}"`);
  const { blocks, markdown, html } = given;
  if ([blocks, markdown, html].filter((one) => one !== undefined).length !== 1)
    throw badRequest('exactly one of blocks, markdown and html must be used in a rich message');
  const count: Count = { draft, characters: 0, blocks: 0, media: 0 };
  if (blocks === undefined) count.characters = [...String(markdown ?? html)].length;
  else readBlocks(blocks, count, 1);
  if (count.characters === 0 && count.media === 0) throw badRequest('rich message is empty');
  if (count.characters > MAX_TEXT) throw badRequest('message is too long');
  if (count.blocks > MAX_BLOCKS) throw badRequest('too many blocks in the rich message');
  if (count.media > MAX_MEDIA) throw badRequest('too many media in the rich message');
  // Every field of it was read above; the numbers of list items are given as they are shown.
  return { ...given } as unknown as NonNullable<Message['rich_message']>;
}

const failure = (what: string) => badRequest(`can't parse rich message: ${what}`);

function readBlocks(given: unknown, count: Count, level: number): void {
  if (!Array.isArray(given) || given.length === 0) throw failure('expected a non-empty Array of blocks');
  for (const one of given) {
    count.blocks++;
    const type = typeOf(one, RICH_BLOCKS, 'block');
    if (type === 'thinking' && !count.draft) throw failure('block "thinking" is allowed in drafts only');
    readFields(one, { fields: RICH_BLOCKS[type] ?? {}, what: `block "${type}"`, typed: true }, count, level);
  }
}

function readText(given: unknown, count: Count, level: number): void {
  if (level > MAX_LEVELS) throw failure('too many levels of nested formatting and blocks');
  if (typeof given === 'string') {
    count.characters += [...given].length;
    return;
  }
  if (Array.isArray(given)) {
    for (const one of given) readText(one, count, level);
    return;
  }
  const type = typeOf(given, RICH_TEXTS, 'text');
  if (type === 'custom_emoji' || type === 'mathematical_expression')
    count.characters += [...String(Object.values(given as object).at(-1))].length;
  readFields(given, { fields: RICH_TEXTS[type] ?? {}, what: `text "${type}"`, typed: true }, count, level);
}

function typeOf(given: unknown, known: Readonly<Record<string, Fields>>, what: string): string {
  if (!isRecord(given)) throw failure(`expected an Object as ${what}`);
  const { type } = given;
  if (typeof type !== 'string' || !Object.hasOwn(known, type)) throw failure(`unsupported type of ${what}`);
  return type;
}

function readFields(
  given: unknown,
  { fields, what, typed }: { fields: Fields; what: string; typed: boolean },
  count: Count,
  level: number,
): void {
  if (level > MAX_LEVELS) throw failure('too many levels of nested formatting and blocks');
  if (!isRecord(given)) throw failure(`expected an Object as ${what}`);
  const left = new Set(Object.keys(given));
  if (typed) left.delete('type');
  for (const [key, kind] of Object.entries(fields)) {
    const name = key.replace('!', '');
    left.delete(name);
    const value = given[name];
    if (value === undefined) {
      if (key.endsWith('!')) throw failure(`can't find field "${name}" in ${what}`);
    } else readField(value, { kind, what: `field "${name}" of ${what}` }, count, level);
  }
  const [unknown] = left;
  if (unknown !== undefined) throw failure(`unexpected field "${unknown}" in ${what}`);
}

function readField(
  value: unknown,
  { kind, what }: { kind: FieldKind; what: string },
  count: Count,
  level: number,
): void {
  if (kind === 'text') readText(value, count, level + 1);
  else if (kind === 'blocks') readBlocks(value, count, level + 1);
  else if (kind === 'items') readList(value, count, level);
  else if (kind === 'cells') readCells(value, count, level);
  else if (kind === 'caption')
    readFields(value, { fields: RICH_CAPTION, what, typed: false }, count, level + 1);
  else if (kind === 'button') readButton(value, count, level);
  else if (!fits(value, kind)) throw failure(`wrong ${what}`);
  if (kind === 'media') count.media++;
  if (kind === 'buttons' && Array.isArray(value)) for (const one of value) readButton(one, count, level);
}

type SimpleKind = Exclude<FieldKind, 'text' | 'blocks' | 'items' | 'cells' | 'caption' | 'button'>;

function fits(value: unknown, kind: SimpleKind): boolean {
  switch (kind) {
    case 'buttons':
      return Array.isArray(value) && value.length >= 1 && value.length <= MAX_BUTTONS;
    case 'media':
      return isRecord(value) && typeof value['type'] === 'string' && value['media'] !== undefined;
    case 'object':
      return isRecord(value);
    case 'string':
      return typeof value === 'string';
    case 'name':
      return typeof value === 'string' && value !== '';
    case 'url':
      return typeof value === 'string' && urlComplaint(value) === undefined;
    case 'integer':
      return Number.isInteger(value);
    case 'true':
      return value === true;
    default:
      return (typeof value === 'string' || typeof value === 'number') && kind.includes(value);
  }
}

function readList(given: unknown, count: Count, level: number): void {
  if (!Array.isArray(given) || given.length === 0) throw failure('expected a non-empty Array of list items');
  for (const one of given) {
    count.blocks++;
    readFields(one, { fields: RICH_ITEM, what: 'list item', typed: false }, count, level + 1);
  }
}

function readCells(given: unknown, count: Count, level: number): void {
  if (!Array.isArray(given) || given.length === 0) throw failure('expected a non-empty Array of table rows');
  for (const row of given) {
    count.blocks++;
    if (!Array.isArray(row)) throw failure('expected an Array of table cells');
    let columns = 0;
    for (const cell of row) {
      readFields(cell, { fields: RICH_CELL, what: 'table cell', typed: false }, count, level + 1);
      columns += isRecord(cell) && typeof cell['colspan'] === 'number' ? cell['colspan'] : 1;
    }
    if (columns > MAX_COLUMNS) throw failure(`a table has at most ${MAX_COLUMNS} columns`);
  }
}

/** As a button of a keyboard, with text that may hold emoji and times. */
function readButton(given: unknown, count: Count, level: number): void {
  if (!isRecord(given)) throw failure('expected an Object as button');
  readText(given['text'], count, level + 1);
  const { text: _, style, ...action } = given;
  const look = style === undefined || style === 'link' ? {} : { style };
  if (style === 'link' && action['callback_data'] === undefined)
    throw failure('the style "link" is for callback buttons only');
  readReplyMarkup({ inline_keyboard: [[{ text: '…', ...look, ...action }]] }, { inlineOnly: true });
}
