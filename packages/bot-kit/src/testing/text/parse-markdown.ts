// What does a text with the old parse_mode Markdown say? Kept by Telegram for old bots; nothing nests in it.
import { badRequest } from '../api/api-failure.js';
import { byteLength, type RawText } from './raw-text.js';

const TYPES: Readonly<Record<string, string>> = { '*': 'bold', _: 'italic', '`': 'code', '```': 'pre' };

/** @throws ApiFailure `can't parse entities: Can't find end of the entity starting at byte offset …` */
export function parseMarkdown(source: string): RawText {
  const entities: Record<string, unknown>[] = [];
  let text = '';
  for (let at = 0; at < source.length; ) {
    const character = source.charAt(at);
    if (character === '\\' && '_*`['.includes(source.charAt(at + 1)) && at + 1 < source.length) {
      text += source.charAt(at + 1);
      at += 2;
      continue;
    }
    if (!'_*`['.includes(character)) {
      text += character;
      at++;
      continue;
    }
    const mark = source.startsWith('```', at) ? '```' : character;
    const close = mark === '[' ? ']' : mark;
    const end = source.indexOf(close, at + mark.length);
    if (end < 0)
      throw badRequest(
        `can't parse entities: Can't find end of the entity starting at byte offset ${byteLength(source.slice(0, at))}`,
      );
    let content = source.slice(at + mark.length, end);
    const offset = text.length;
    at = end + close.length;
    if (mark === '[') {
      const url = /^\(([^)]*)\)/.exec(source.slice(at));
      if (url !== null) at += url[0].length;
      text += content;
      if (url !== null && content !== '')
        entities.push({ type: 'text_link', offset, length: content.length, url: url[1] ?? '' });
      continue;
    }
    const language = mark === '```' ? /^([^\s`]+)\n/.exec(content)?.[1] : undefined;
    if (mark === '```') content = content.slice(language?.length ?? 0).replace(/^\n/, '');
    text += content;
    if (content !== '')
      entities.push({
        type: TYPES[mark],
        offset,
        length: content.length,
        ...(language === undefined ? {} : { language }),
      });
  }
  return { text, entities };
}
