// Is this keyboard one Telegram would show? Shape first, limits and kinds of buttons after.
// Wording as the live API gives it; limits from core.telegram.org/bots/api#inlinekeyboardbutton.
import type { InlineKeyboardMarkup, ReplyKeyboardMarkup } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import { isRecord } from '../api/params.js';
import { urlComplaint } from '../text/check-entities.js';
import { byteLength } from '../text/raw-text.js';

export const MAX_CALLBACK_BYTES = 64;
const MAX_BUTTONS = 100;
const MAX_COPY_TEXT = 256;

/** Exactly one of these makes a button. */
const ACTIONS = [
  'url',
  'callback_data',
  'web_app',
  'login_url',
  'switch_inline_query',
  'switch_inline_query_current_chat',
  'switch_inline_query_chosen_chat',
  'copy_text',
  'callback_game',
  'pay',
  'disabled',
] as const;
const LOOKS = ['text', 'style', 'icon_custom_emoji_id'];
const REPLY_ACTIONS = [
  'request_users',
  'request_chat',
  'request_contact',
  'request_location',
  'request_poll',
  'request_managed_bot',
  'web_app',
];

export type ReplyMarkup =
  | { readonly kind: 'inline'; readonly markup: InlineKeyboardMarkup }
  | { readonly kind: 'keyboard'; readonly markup: ReplyKeyboardMarkup }
  | { readonly kind: 'remove'; readonly selective: boolean }
  | { readonly kind: 'force'; readonly selective: boolean };

export interface MarkupPlace {
  /** Messages on behalf of a business account may not open anything. */
  readonly business?: boolean | undefined;
  readonly invoice?: boolean | undefined;
  readonly inlineOnly?: boolean | undefined;
}

/**
 * @throws ApiFailure with Telegram's sentence or code (`BUTTON_DATA_INVALID` …)
 */
export function readReplyMarkup(given: unknown, place: MarkupPlace = {}): ReplyMarkup | undefined {
  if (given === undefined) return undefined;
  if (!isRecord(given)) throw badRequest('object expected as reply markup');
  if (Object.keys(given).length === 0) return undefined;
  const selective = flag(given, 'selective');
  if (given['inline_keyboard'] !== undefined) {
    only(given, ['inline_keyboard', 'force_reply'], 'InlineKeyboardMarkup');
    const rows = rowsOf(given['inline_keyboard'], 'inline_keyboard');
    for (const row of rows) for (const button of row) checkInlineButton(button, place);
    const paying = rows.flat().findIndex((button) => isRecord(button) && button['pay'] !== undefined);
    if (paying > 0 || (paying === 0 && place.invoice !== true)) throw badRequest('BUTTON_TYPE_INVALID');
    const kept = rows.filter((row) => row.length > 0);
    return kept.length === 0
      ? undefined
      : { kind: 'inline', markup: { inline_keyboard: kept } as InlineKeyboardMarkup };
  }
  if (place.inlineOnly === true) throw badRequest('inline keyboard expected');
  if (given['keyboard'] !== undefined) return readKeyboard(given);
  if (given['remove_keyboard'] !== undefined) {
    flag(given, 'remove_keyboard');
    return { kind: 'remove', selective };
  }
  if (given['force_reply'] !== undefined) {
    flag(given, 'force_reply');
    return { kind: 'force', selective };
  }
  throw badRequest('unknown reply markup');
}

function readKeyboard(given: Record<string, unknown>): ReplyMarkup {
  only(
    given,
    [
      'keyboard',
      'is_persistent',
      'resize_keyboard',
      'one_time_keyboard',
      'input_field_placeholder',
      'selective',
      'force_reply',
    ],
    'ReplyKeyboardMarkup',
  );
  for (const name of ['is_persistent', 'resize_keyboard', 'one_time_keyboard']) flag(given, name);
  const rows = rowsOf(given['keyboard'], 'keyboard').map((row) => row.map(readKeyboardButton));
  return { kind: 'keyboard', markup: { ...given, keyboard: rows } as unknown as ReplyKeyboardMarkup };
}

function readKeyboardButton(button: unknown): Record<string, unknown> {
  if (typeof button === 'string') return { text: button };
  if (!isRecord(button)) throw badRequest("can't parse keyboard button: Expected an Object");
  if (typeof button['text'] !== 'string')
    throw badRequest('can\'t parse keyboard button: Can\'t find field "text"');
  only(button, [...LOOKS, ...REPLY_ACTIONS], 'KeyboardButton');
  if (REPLY_ACTIONS.filter((name) => button[name] !== undefined).length > 1)
    throw badRequest("can't parse keyboard button: only one action is allowed");
  return button;
}

function checkInlineButton(button: unknown, place: MarkupPlace): void {
  const failure = (what: string) => badRequest(`can't parse inline keyboard button: ${what}`);
  if (!isRecord(button)) throw failure('Expected an Object');
  if (button['text'] === undefined) throw failure('Can\'t find field "text"');
  if (typeof button['text'] !== 'string') throw failure('Field "text" must be of type String');
  only(button, [...LOOKS, ...ACTIONS], 'InlineKeyboardButton');
  const style = button['style'];
  if (style !== undefined && !['danger', 'success', 'primary'].includes(String(style)))
    throw failure('Unsupported button style specified');
  const actions = ACTIONS.filter((name) => button[name] !== undefined && button[name] !== '');
  const wordless = ACTIONS.filter((name) => button[name] === '' && name.startsWith('switch_inline'));
  const [action, second] = [...actions, ...wordless];
  if (action === undefined) throw failure('Text buttons are unallowed in the inline keyboard');
  // Telegram takes the first and drops the rest without a word; that is a mistake in the bot.
  if (second !== undefined)
    throw failure(`Exactly one of the optional fields must be used, found ${action} and ${second}`);
  if (button['text'].trim() === '') throw badRequest('BUTTON_TEXT_INVALID');
  checkAction(action, button[action], place);
}

function checkAction(action: (typeof ACTIONS)[number], value: unknown, place: MarkupPlace): void {
  if (place.business === true && /^(web_app|login_url|switch_inline|callback_game|pay)/.test(action))
    throw badRequest('BUTTON_TYPE_INVALID');
  if (action === 'callback_data' && byteLength(String(value)) > MAX_CALLBACK_BYTES)
    throw badRequest('BUTTON_DATA_INVALID');
  if (action === 'url') {
    const complaint = urlComplaint(String(value));
    if (complaint !== undefined)
      throw badRequest(`inline keyboard button URL '${String(value)}' is invalid: ${complaint}`);
  }
  if (action === 'web_app' || action === 'login_url') {
    const url = isRecord(value) ? String(value['url']) : '';
    if (!url.startsWith('https://'))
      throw badRequest(
        `inline keyboard button ${action === 'web_app' ? 'Web App ' : 'login '}URL '${url}' is invalid: Only HTTPS links are allowed`,
      );
  }
  if (action === 'copy_text') {
    const text = isRecord(value) ? value['text'] : undefined;
    if (typeof text !== 'string' || text === '' || text.length > MAX_COPY_TEXT)
      throw badRequest('BUTTON_COPY_TEXT_INVALID');
  }
  if (action === 'callback_game') throw badRequest('BUTTON_TYPE_INVALID');
}

function rowsOf(given: unknown, name: string): unknown[][] {
  if (!Array.isArray(given)) throw badRequest(`field "${name}" must be of type Array`);
  const rows = given.map((row: unknown) => {
    if (!Array.isArray(row))
      throw badRequest(`expected an Array of ${name === 'keyboard' ? '' : 'Inline'}KeyboardButton`);
    return row as unknown[];
  });
  if (rows.flat().length > MAX_BUTTONS) throw badRequest('reply markup is too long');
  return rows;
}

function flag(given: Record<string, unknown>, name: string): boolean {
  const value = given[name];
  if (value !== undefined && typeof value !== 'boolean')
    throw badRequest(`field "${name}" must be of type Boolean`);
  return value === true;
}

/** Fields nobody knows are an error here, as parameters are. */
export function only(given: Record<string, unknown>, known: readonly string[], what: string): void {
  const odd = Object.keys(given).find((name) => !known.includes(name));
  if (odd !== undefined) throw badRequest(`unknown field "${odd}" of ${what}`);
}
