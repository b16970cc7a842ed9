// How do blocks of Markdown become blocks of a rich message? Headings, lists within lists, tables, quotations and code as what they are.
import { type Block, preformattedText } from '../markdown/block.js';
import { buildMessage } from '../markdown/build-message.js';
import type { LinkPolicy } from '../markdown/judge-link.js';
import { parseInline } from '../markdown/parse-inline.js';
import type { Side, Table } from '../markdown/table.js';
import type { RichBlock, RichItem, RichList, RichText } from './rich-block.js';
import { richText } from './rich-text.js';

/** Telegram takes sixteen levels of blocks and formatting together; a list takes two, a quotation one, a text up to five. */
const MAX_LISTS = 4;

export interface RichOptions {
  links: LinkPolicy;
  /** Still being written: open marks are shown as closed. */
  unfinished: boolean;
}

export function richBlocks(blocks: readonly Block[], options: RichOptions): RichBlock[] {
  const top: RichBlock[] = [];
  /** The lists that are open, outermost first. */
  let lists: RichList[] = [];
  const inside = (level: number): RichBlock[] => {
    lists = lists.slice(0, Math.min(level, MAX_LISTS));
    return lists.at(-1)?.items.at(-1)?.blocks ?? top;
  };
  for (const block of blocks) {
    if (block.kind !== 'paragraph') {
      inside(block.kind === 'fence' ? block.level : 0).push(...otherBlock(block, options));
      continue;
    }
    const text = inline(block.lines.map((line) => line.trim()).join('\n'), options);
    const level = Math.min(block.level, lists.length, MAX_LISTS);
    if (block.bullet === undefined) {
      if (!isEmpty(text)) inside(level).push({ type: 'paragraph', text });
      continue;
    }
    const item = itemOf(block.bullet, text);
    const open = lists[level] ?? (level === MAX_LISTS ? lists.at(-1) : undefined);
    if (open !== undefined && isOrdered(open) === (item.value !== undefined)) {
      open.items.push(item);
      lists = lists.slice(0, lists.indexOf(open) + 1);
    } else {
      const list: RichList = { type: 'list', items: [item] };
      inside(Math.min(level, MAX_LISTS - 1)).push(list);
      lists.push(list);
    }
  }
  return top;
}

function itemOf(bullet: string, text: RichText): RichItem {
  const blocks: RichBlock[] = [{ type: 'paragraph', text: isEmpty(text) ? ' ' : text }];
  if (bullet === '☐') return { blocks, has_checkbox: true };
  if (bullet === '☑') return { blocks, has_checkbox: true, is_checked: true };
  const value = Number.parseInt(bullet, 10);
  return Number.isNaN(value) ? { blocks } : { blocks, value, type: '1' };
}

const isOrdered = ({ items }: RichList): boolean => items[0]?.value !== undefined;

function otherBlock(block: Exclude<Block, { kind: 'paragraph' }>, options: RichOptions): RichBlock[] {
  switch (block.kind) {
    case 'heading': {
      const text = inline(block.text, options);
      return isEmpty(text) ? [] : [{ type: 'heading', text, size: block.size }];
    }
    case 'rule':
      return [{ type: 'divider' }];
    case 'fence': {
      const text = preformattedText(block.lines.join('\n'));
      const { language } = block.fence;
      return text === ''
        ? []
        : [language === undefined ? { type: 'pre', text } : { type: 'pre', text, language }];
    }
    case 'table':
      return [{ type: 'table', cells: cellsOf(block.table, options), is_bordered: true }];
    case 'quote': {
      const blocks = richBlocks(block.blocks.ended(options.unfinished), options);
      return blocks.length === 0 ? [] : [{ type: 'blockquote', blocks }];
    }
    default:
      return block satisfies never;
  }
}

const ALIGN: Readonly<Record<Side, 'left' | 'center' | 'right'>> = {
  left: 'left',
  middle: 'center',
  right: 'right',
};

function cellsOf({ sides, rows }: Table, options: RichOptions) {
  return rows.map((row, index) =>
    sides.map((side, column) => ({
      text: inline(row[column] ?? '', options),
      align: ALIGN[side],
      valign: 'middle' as const,
      ...(index === 0 ? { is_header: true as const } : {}),
    })),
  );
}

const inline = (source: string, options: RichOptions): RichText =>
  richText(buildMessage(parseInline(source.trimEnd(), options)), options.links);

const isEmpty = (text: RichText): boolean => typeof text === 'string' && text.trim() === '';
