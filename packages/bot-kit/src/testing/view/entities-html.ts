// How does marked text look on a page? Entities as nested HTML; everything else escaped.
import type { MessageEntity } from 'grammy/types';

export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Entities must nest or stand apart, as those of delivered messages do. */
export function entitiesHtml(text: string, entities: readonly MessageEntity[]): string {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  // Blocks end their line themselves.
  return range(text, sorted, 0, text.length)
    .replaceAll(/\n(<(?:pre|blockquote)>)/g, '$1')
    .replaceAll(/(<\/(?:pre|blockquote)>)\n/g, '$1');
}

function range(text: string, entities: readonly MessageEntity[], from: number, to: number): string {
  let html = '';
  let at = from;
  for (let index = 0; index < entities.length; ) {
    const entity = entities[index];
    if (entity === undefined) break;
    const end = Math.min(entity.offset + entity.length, to);
    html += escapeHtml(text.slice(at, entity.offset));
    let next = index + 1;
    while ((entities[next]?.offset ?? to) < end) next++;
    html += wrap(
      entity,
      range(text, entities.slice(index + 1, next), entity.offset, end),
      text.slice(entity.offset, end),
    );
    at = end;
    index = next;
  }
  return html + escapeHtml(text.slice(at, to));
}

const TAGS: Readonly<Partial<Record<MessageEntity['type'], string>>> = {
  bold: 'b',
  italic: 'i',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  blockquote: 'blockquote',
  expandable_blockquote: 'blockquote',
};

function wrap(entity: MessageEntity, inner: string, text: string): string {
  const tag = TAGS[entity.type];
  if (tag !== undefined) return `<${tag}>${inner}</${tag}>`;
  switch (entity.type) {
    case 'pre': {
      const label =
        entity.language === undefined ? '' : `<span class="lang">${escapeHtml(entity.language)}</span>`;
      return `<pre>${label}${inner}</pre>`;
    }
    case 'text_link':
      return linkHtml(entity.url, inner);
    case 'url':
      return linkHtml(/^https?:/i.test(text) ? text : `https://${text}`, inner);
    case 'spoiler':
      return `<span class="spoiler">${inner}</span>`;
    case 'bot_command':
    case 'mention':
    case 'hashtag':
    case 'cashtag':
    case 'email':
    case 'text_mention':
      return `<span class="link">${inner}</span>`;
    default:
      return inner;
  }
}

/** Only addresses a browser may open safely become links. */
export function linkHtml(url: string, inner: string): string {
  return /^(https?|mailto):/i.test(url)
    ? `<a href="${escapeHtml(url)}" title="${escapeHtml(url)}" rel="noreferrer">${inner}</a>`
    : `<span class="link" title="${escapeHtml(url)}">${inner}</span>`;
}
