// How does a rich message look on a page? Headings, lists and tables as what they are; everything escaped.
import { isRecord } from '../api/params.js';
import { escapeHtml, linkHtml } from '../view/entities-html.js';
import { richLines } from './rich-lines.js';

export function richHtml(rich: object): string {
  const { blocks } = rich as { blocks?: unknown };
  if (blocks === undefined) return escapeHtml(richLines(rich).join('\n'));
  return list(blocks).map(blockHtml).join('');
}

const list = (value: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

function blockHtml(block: Record<string, unknown>): string {
  const inner = () => list(block['blocks']).map(blockHtml).join('');
  switch (block['type']) {
    case 'heading':
      return `<h${Number(block['size'])}>${textHtml(block['text'])}</h${Number(block['size'])}>`;
    case 'pre':
      return `<pre>${typeof block['language'] === 'string' ? `<span class="lang">${escapeHtml(block['language'])}</span>` : ''}${textHtml(block['text'])}</pre>`;
    case 'divider':
      return '<hr>';
    case 'list': {
      const items = list(block['items']);
      const tag = items.some(({ value }) => value !== undefined) ? 'ol' : 'ul';
      return `<${tag}>${items.map(itemHtml).join('')}</${tag}>`;
    }
    case 'blockquote':
      return `<blockquote>${inner()}</blockquote>`;
    case 'expandable_blockquote':
    case 'pullquote':
      return `<blockquote>${textHtml(block['text'])}</blockquote>`;
    case 'table': {
      const rows = Array.isArray(block['cells']) ? block['cells'] : [];
      return `<table>${rows.map((row: unknown) => `<tr>${list(row).map(cellHtml).join('')}</tr>`).join('')}</table>`;
    }
    case 'footer':
      return `<p class="meta">${textHtml(block['text'])}</p>`;
    case 'paragraph':
      return `<p>${textHtml(block['text'])}</p>`;
    default:
      return `<p>${escapeHtml(richLines({ blocks: [block] }).join('\n'))}</p>`;
  }
}

function itemHtml(item: Record<string, unknown>): string {
  const box = item['has_checkbox'] === true ? (item['is_checked'] === true ? '☑ ' : '☐ ') : '';
  const value = typeof item['value'] === 'number' ? ` value="${item['value']}"` : '';
  return `<li${value}>${box}${list(item['blocks']).map(blockHtml).join('')}</li>`;
}

function cellHtml(cell: Record<string, unknown>): string {
  const tag = cell['is_header'] === true ? 'th' : 'td';
  return `<${tag} align="${escapeHtml(String(cell['align']))}">${textHtml(cell['text'])}</${tag}>`;
}

const TAGS: Readonly<Record<string, string>> = {
  bold: 'b',
  italic: 'i',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
};

function textHtml(text: unknown): string {
  if (typeof text === 'string') return escapeHtml(text);
  if (Array.isArray(text)) return text.map(textHtml).join('');
  if (!isRecord(text)) return '';
  const inner = textHtml(text['text'] ?? text['alternative_text'] ?? text['expression']);
  const tag = TAGS[String(text['type'])];
  if (tag !== undefined) return `<${tag}>${inner}</${tag}>`;
  return text['type'] === 'url' ? linkHtml(String(text['url']), inner) : inner;
}
