// What does a rich message say, line by line? For the screen: lists are indented, rows of tables have bars, hidden addresses are shown.
import { isRecord } from '../api/params.js';

/** Of a rich message that was read; one from Markdown or HTML is shown as it came. */
export function richLines(rich: object): string[] {
  const { blocks, markdown, html } = rich as { blocks?: unknown; markdown?: unknown; html?: unknown };
  if (blocks === undefined) return String(markdown ?? html ?? '').split('\n');
  return list(blocks).flatMap(blockLines);
}

const list = (value: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

function blockLines(block: Record<string, unknown>): string[] {
  const { type } = block;
  const inner = () => list(block['blocks']).flatMap(blockLines);
  switch (type) {
    case 'divider':
      return ['———'];
    case 'list':
      return list(block['items']).flatMap(itemLines);
    case 'table':
      return (Array.isArray(block['cells']) ? block['cells'] : []).map(
        (row: unknown) =>
          `| ${list(row)
            .map((cell) => richWords(cell['text']))
            .join(' | ')} |`,
      );
    case 'blockquote':
      return inner().map((line) => `> ${line}`);
    case 'expandable_blockquote':
    case 'pullquote':
      return richWords(block['text'])
        .split('\n')
        .map((line) => `> ${line}`);
    case 'details':
      return [richWords(block['summary']), ...inner()];
    case 'mathematical_expression':
      return [String(block['expression'])];
    case 'buttons':
      return [
        list(block['buttons'])
          .map((button) => `[${richWords(button['text'])}]`)
          .join(' '),
      ];
    case 'collage':
    case 'slideshow':
      return inner();
    case 'anchor':
      return [];
    default:
      return block['text'] === undefined ? [`(${String(type)})`] : richWords(block['text']).split('\n');
  }
}

function itemLines(item: Record<string, unknown>): string[] {
  const { value, has_checkbox, is_checked } = item;
  const mark =
    has_checkbox === true
      ? is_checked === true
        ? '☑'
        : '☐'
      : value === undefined
        ? '•'
        : `${String(value)}.`;
  const lines = list(item['blocks']).flatMap(blockLines);
  return lines.map((line, index) => (index === 0 ? `${mark} ${line}` : `  ${line}`));
}

/** Words of a rich text. */
export function richWords(text: unknown): string {
  if (typeof text === 'string') return text;
  if (Array.isArray(text)) return text.map(richWords).join('');
  if (!isRecord(text)) return '';
  const words = richWords(text['text'] ?? text['alternative_text'] ?? text['expression']);
  if (isRecord(text['button'])) return `[${richWords(text['button']['text'])}]`;
  return text['type'] === 'url' && text['url'] !== words ? `[${words}](${String(text['url'])})` : words;
}
