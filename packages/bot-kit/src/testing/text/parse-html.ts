// What does a text with parse_mode HTML say? Text and entities, or Telegram's complaint.
// Source: core.telegram.org/bots/api#html-style; wording of the complaints as the live API gives it.
import type { MessageEntity } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import { byteLength, type RawText } from './raw-text.js';

const TAGS: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  code: 'code',
  pre: 'pre',
  a: 'text_link',
  blockquote: 'blockquote',
  'tg-spoiler': 'spoiler',
  'tg-emoji': 'custom_emoji',
  'tg-time': 'date_time',
  span: 'spoiler',
};
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

interface Open {
  readonly tag: string;
  readonly start: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly parent: string | undefined;
}

const fail = (what: string) => badRequest(`can't parse entities: ${what}`);

/** @throws ApiFailure `can't parse entities: …` */
export function parseHtml(source: string): RawText {
  const open: Open[] = [];
  const entities: Record<string, unknown>[] = [];
  let text = '';
  for (let at = 0; at < source.length; ) {
    const character = source.charAt(at);
    if (character === '&') {
      const match = /^&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot));?/i.exec(source.slice(at, at + 12));
      const decoded = match === null ? '' : decode(match);
      text += decoded === '' ? '&' : decoded;
      at += decoded === '' || match === null ? 1 : match[0].length;
      continue;
    }
    if (character !== '<') {
      text += character;
      at++;
      continue;
    }
    const offset = byteLength(source.slice(0, at));
    const end = source.indexOf('>', at);
    if (source.charAt(at + 1) === '/') {
      if (end < 0) throw fail(`Unclosed end tag at byte offset ${offset}`);
      close(
        source
          .slice(at + 2, end)
          .trim()
          .toLowerCase(),
        offset,
        text.length,
      );
    } else {
      const name = /^[^\s>/]*/.exec(source.slice(at + 1))?.[0].toLowerCase() ?? '';
      if (end < 0) throw fail(`Unclosed start tag "${name}" at byte offset ${offset}`);
      if (!Object.hasOwn(TAGS, name)) throw fail(`Unsupported start tag "${name}" at byte offset ${offset}`);
      const attributes = readAttributes(source.slice(at + 1 + name.length, end));
      if (name === 'span' && attributes.get('class') !== 'tg-spoiler')
        throw fail(`Tag "span" must have class "tg-spoiler" at byte offset ${offset}`);
      open.push({ tag: name, start: text.length, attributes, parent: open.at(-1)?.tag });
    }
    at = end + 1;
  }
  const left = open.at(-1);
  if (left !== undefined) throw fail(`Can't find end tag corresponding to start tag "${left.tag}"`);
  return { text, entities };

  function close(found: string, offset: number, length: number): void {
    const tag = open.pop();
    if (tag === undefined) throw fail(`Unexpected end tag at byte offset ${offset}`);
    if (found !== '' && found !== tag.tag)
      throw fail(`Unmatched end tag at byte offset ${offset}, expected "</${tag.tag}>", found "</${found}>"`);
    if (length > tag.start) addEntity(tag, length - tag.start);
  }

  function addEntity({ tag, start, attributes, parent }: Open, length: number): void {
    const language = attributes.get('class')?.replace(/^language-/, '');
    if (tag === 'code' && parent === 'pre') {
      // <pre><code class="language-x">: the language belongs to the outer one.
      entities.push({ type: 'pre', offset: start, length, language, inner: true });
      return;
    }
    const type = tag === 'blockquote' && attributes.has('expandable') ? 'expandable_blockquote' : TAGS[tag];
    const inner = entities.findIndex((one) => one['inner'] === true && one['offset'] === start);
    const held = tag === 'pre' && inner >= 0 ? entities.splice(inner, 1)[0] : undefined;
    const href = tag === 'a' ? (attributes.get('href') ?? text.slice(start, start + length)) : undefined;
    entities.push({
      type,
      offset: start,
      length,
      ...(held?.['language'] === undefined ? {} : { language: held['language'] }),
      ...(href === undefined ? {} : { url: href }),
      ...(tag === 'tg-emoji' ? { custom_emoji_id: attributes.get('emoji-id') ?? '' } : {}),
      ...(tag === 'tg-time'
        ? { unix_time: Number(attributes.get('unix')), date_time_format: attributes.get('format') ?? '' }
        : {}),
    } satisfies Partial<Record<keyof MessageEntity | string, unknown>>);
  }
}

function decode([, decimal, hex, name]: RegExpExecArray): string {
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? '';
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
    ? String.fromCodePoint(code)
    : '';
}

function readAttributes(source: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const match of source.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)))?/g))
    found.set((match[1] ?? '').toLowerCase(), unescapeText(match[2] ?? match[3] ?? match[4] ?? ''));
  return found;
}

const unescapeText = (value: string): string =>
  value.replaceAll(/&(lt|gt|amp|quot);/g, (whole, name: string) => NAMED[name] ?? whole);
