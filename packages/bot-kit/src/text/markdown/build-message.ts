// How do runs with styles become entities that Telegram accepts? Entities nest properly, and code stands alone.
import type { MessageEntity } from 'grammy/types';
import type { FormattedText } from '../formatted-text.js';
import { BOLD, CODE, ITALIC, type Segment, STRIKE } from './segment.js';

const STYLES = [
  [BOLD, 'bold'],
  [ITALIC, 'italic'],
  [STRIKE, 'strikethrough'],
  [CODE, 'code'],
] as const;

/** What one entity shows: a style, or a link to an address. */
type Look = (typeof STYLES)[number][1] | `link ${string}`;

interface Open {
  look: Look;
  offset: number;
}

/** Bot API "Formatting options": of two entities one holds the other; `code` holds none and is held by none. */
export function buildMessage(segments: readonly Segment[]): FormattedText {
  const looks = segments.map(looksOf);
  const stack: Open[] = [];
  const entities: MessageEntity[] = [];
  let text = '';
  const closeTo = (depth: number) => {
    while (stack.length > depth) {
      const open = stack.pop();
      if (open !== undefined && open.offset < text.length) entities.push(entityOf(open, text.length));
    }
  };
  segments.forEach((segment, index) => {
    const wanted = looks[index] ?? [];
    const keep = stack.findIndex(({ look }) => !wanted.includes(look));
    closeTo(keep < 0 ? stack.length : keep);
    const missing = wanted.filter((look) => !stack.some((open) => open.look === look));
    // What lasts longest opens first, so that less has to be closed and opened again.
    const lasting = missing.map((look) => ({ look, until: lastsUntil(looks, index, look) }));
    lasting.sort((a, b) => b.until - a.until);
    for (const { look } of lasting) stack.push({ look, offset: text.length });
    text += segment.text;
  });
  closeTo(0);
  return { text, entities: entities.sort((a, b) => a.offset - b.offset || b.length - a.length) };
}

function looksOf({ styles, url }: Segment): Look[] {
  if ((styles & CODE) !== 0) return ['code'];
  const looks: Look[] = STYLES.filter(([bit]) => (styles & bit) !== 0).map(([, name]) => name);
  return url === undefined ? looks : [`link ${url}`, ...looks];
}

function lastsUntil(looks: readonly Look[][], from: number, look: Look): number {
  let until = from;
  while (looks[until + 1]?.includes(look) === true) until++;
  return until;
}

function entityOf({ look, offset }: Open, end: number): MessageEntity {
  const place = { offset, length: end - offset };
  return look.startsWith('link ')
    ? { type: 'text_link', ...place, url: look.slice(5) }
    : { type: styleName(look), ...place };
}

function styleName(look: Look): (typeof STYLES)[number][1] {
  return STYLES.find(([, name]) => name === look)?.[1] ?? 'code';
}
