// What does a text with parse_mode MarkdownV2 say? Text and entities, or Telegram's complaint.
// Source: core.telegram.org/bots/api#markdownv2-style; wording of the complaints as the live API gives it.
import { badRequest } from '../api/api-failure.js';
import { byteLength, type RawText } from './raw-text.js';

const RESERVED = new Set('_*[]()~`>#+-=|{}.!');
const NAMES: Readonly<Record<string, string>> = {
  '*': 'Bold',
  _: 'Italic',
  __: 'Underline',
  '~': 'Strikethrough',
  '||': 'Spoiler',
  '[': 'TextUrl',
  '![': 'CustomEmoji',
};
const TYPES: Readonly<Record<string, string>> = {
  '*': 'bold',
  _: 'italic',
  __: 'underline',
  '~': 'strikethrough',
  '||': 'spoiler',
};

interface Open {
  readonly mark: string;
  readonly start: number;
  readonly at: number;
}

const fail = (what: string) => badRequest(`can't parse entities: ${what}`);

/** @throws ApiFailure `can't parse entities: …` */
export function parseMarkdownV2(source: string): RawText {
  const open: Open[] = [];
  const entities: Record<string, unknown>[] = [];
  let text = '';
  let at = 0;
  let quote: { start: number } | undefined;
  let lineStart = true;

  const endQuote = (expandable: boolean): void => {
    if (quote === undefined) return;
    const length = text.replace(/\n$/, '').length - quote.start;
    const type = expandable ? 'expandable_blockquote' : 'blockquote';
    if (length > 0) entities.push({ type, offset: quote.start, length });
    quote = undefined;
  };
  const add = (type: string, start: number, more: Record<string, unknown> = {}): void => {
    if (text.length > start) entities.push({ type, offset: start, length: text.length - start, ...more });
  };

  while (at < source.length) {
    if (lineStart) {
      lineStart = false;
      const separate = source.startsWith('**>', at);
      if (separate || source.charAt(at) === '>') {
        if (separate) endQuote(false);
        quote ??= { start: text.length };
        at += separate ? 3 : 1;
        continue;
      }
      endQuote(false);
    }
    const character = source.charAt(at);
    if (character === '\\' && at + 1 < source.length && source.charCodeAt(at + 1) <= 126) {
      text += source.charAt(at + 1);
      at += 2;
    } else if (character === '`') at = readCode(at);
    else if (character === '\n') {
      text += character;
      lineStart = true;
      at++;
    } else if (
      source.startsWith('||', at) &&
      quote !== undefined &&
      /^\|\|(\n|$)/.test(source.slice(at)) &&
      !isOpen('||')
    ) {
      endQuote(true);
      at += 2;
    } else if (character === ']' && (open.at(-1)?.mark === '[' || open.at(-1)?.mark === '!['))
      at = readLink(at);
    else at = readMark(at, character);
  }
  endQuote(false);
  const left = open.at(-1);
  if (left !== undefined)
    throw fail(
      `Can't find end of ${NAMES[left.mark] ?? ''} entity at byte offset ${byteLength(source.slice(0, left.at))}`,
    );
  return { text, entities };

  function isOpen(mark: string): boolean {
    return open.some((one) => one.mark === mark);
  }

  function readMark(from: number, character: string): number {
    const mark = ['__', '||', '!['].find((one) => source.startsWith(one, from)) ?? character;
    const last = open.at(-1);
    // Two underscores always begin or end an underline, an open italic or not.
    if (last?.mark === mark && TYPES[mark] !== undefined) return end(last, from, mark);
    if (TYPES[mark] !== undefined || mark === '[' || mark === '![') {
      open.push({ mark, start: text.length, at: from });
      return from + mark.length;
    }
    if (RESERVED.has(character))
      throw fail(`Character '${character}' is reserved and must be escaped with the preceding '\\'`);
    text += character;
    return from + 1;
  }

  function end(last: Open, from: number, mark: string): number {
    open.pop();
    add(TYPES[mark] ?? '', last.start);
    return from + mark.length;
  }

  function readCode(from: number): number {
    const fence = source.startsWith('```', from) ? '```' : '`';
    let to = from + fence.length;
    let language: string | undefined;
    if (fence === '```') {
      language = /^[^\s`]+(?=\s)/.exec(source.slice(to))?.[0];
      if (language !== undefined) to += language.length;
      if (source.charAt(to) === '\n') to++;
    }
    const start = text.length;
    while (to < source.length && !source.startsWith(fence, to)) {
      if (source.charAt(to) === '\\' && to + 1 < source.length) to++;
      text += source.charAt(to++);
    }
    const name = fence === '`' ? 'Code' : language === undefined ? 'Pre' : 'PreCode';
    if (to >= source.length)
      throw fail(`Can't find end of ${name} entity at byte offset ${byteLength(source.slice(0, from))}`);
    add(fence === '`' ? 'code' : 'pre', start, language === undefined ? {} : { language });
    return to + fence.length;
  }

  function readLink(from: number): number {
    const link = open.pop();
    if (link === undefined) return from + 1;
    let url = '';
    let to = from + 1;
    if (source.charAt(to) === '(') {
      for (to++; to < source.length && source.charAt(to) !== ')'; to++) {
        if (source.charAt(to) === '\\' && to + 1 < source.length) to++;
        url += source.charAt(to);
      }
      if (to >= source.length)
        throw fail(`Can't find end of a URL at byte offset ${byteLength(source.slice(0, from + 1))}`);
      to++;
    }
    if (link.mark === '![') {
      const emoji = /^tg:\/\/emoji\?id=(\d+)$/.exec(url)?.[1];
      if (emoji === undefined) throw fail('Custom emoji URL must have an emoji identifier');
      add('custom_emoji', link.start, { custom_emoji_id: emoji });
    } else add('text_link', link.start, { url: url === '' ? text.slice(link.start) : url });
    return to;
  }
}
