// How do text and entities become a text of a rich message? Entities nest already, so each becomes a node with what it holds.
import type { MessageEntity } from 'grammy/types';
import type { FormattedText } from '../formatted-text.js';
import { bareAddressEnd } from '../markdown/bare-address.js';
import { judgeLink, type LinkPolicy } from '../markdown/judge-link.js';
import type { RichText } from './rich-block.js';

/** Addresses in plain words can be pressed where the policy says so: Telegram is told not to look for them. */
export function richText({ text, entities }: FormattedText, links: LinkPolicy): RichText {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return range({ text, links }, sorted, { from: 0, to: text.length });
}

function range(
  source: { text: string; links: LinkPolicy },
  entities: readonly MessageEntity[],
  { from, to }: { from: number; to: number },
): RichText {
  const { text, links } = source;
  const pieces: RichText[] = [];
  let at = from;
  for (let index = 0; index < entities.length; ) {
    const entity = entities[index];
    if (entity === undefined) break;
    const end = Math.min(entity.offset + entity.length, to);
    pieces.push(...plainPieces(text.slice(at, entity.offset), links));
    let next = index + 1;
    while ((entities[next]?.offset ?? to) < end) next++;
    const inside = { from: entity.offset, to: end };
    pieces.push(
      styled(entity, {
        inner: () => range(source, entities.slice(index + 1, next), inside),
        words: text.slice(entity.offset, end),
      }),
    );
    at = end;
    index = next;
  }
  pieces.push(...plainPieces(text.slice(at, to), links));
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : pieces.length === 0 ? '' : pieces;
}

function styled(entity: MessageEntity, { inner, words }: { inner: () => RichText; words: string }): RichText {
  switch (entity.type) {
    case 'bold':
    case 'italic':
    case 'strikethrough':
      return { type: entity.type, text: inner() };
    // What it holds are letters; nothing in them is looked at again.
    case 'code':
    case 'pre':
      return { type: 'code', text: words };
    case 'text_link':
      return { type: 'url', text: words, url: entity.url };
    default:
      return inner();
  }
}

function plainPieces(text: string, links: LinkPolicy): RichText[] {
  const pieces: RichText[] = [];
  let shown = 0;
  for (const { index } of links === 'none' ? [] : text.matchAll(/https?:\/\//gi)) {
    const end = index < shown ? undefined : bareAddressEnd(text, index);
    if (end === undefined) continue;
    const address = text.slice(index, end);
    const judged = judgeLink(address, address, links);
    if (judged.show !== 'text') continue;
    if (index > shown) pieces.push(text.slice(shown, index));
    pieces.push({ type: 'url', text: address, url: judged.url });
    shown = end;
  }
  if (shown < text.length) pieces.push(text.slice(shown));
  return pieces;
}
