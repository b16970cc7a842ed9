// Which block is being read? What it holds is source; it is rendered when it ends, or for a look at what there is so far.
import type { FormattedText } from '../formatted-text.js';
import type { Fence } from './block-lines.js';
import type { Blocks } from './blocks.js';
import { buildMessage } from './build-message.js';
import { type InlineOptions, parseInline } from './parse-inline.js';
import { BOLD } from './segment.js';
import { renderTable, type Table } from './table.js';

export type Block =
  | {
      readonly kind: 'paragraph';
      readonly lead: string;
      readonly item: boolean;
      /** Lists it stands in; an item stands in one more than this. */
      readonly level: number;
      /** Of an item. */
      readonly bullet?: string | undefined;
      lines: string[];
      units: number;
    }
  | { readonly kind: 'heading'; readonly text: string; readonly size: 1 | 2 | 3 | 4 | 5 | 6 }
  | { readonly kind: 'rule' }
  | { readonly kind: 'fence'; readonly fence: Fence; readonly level: number; lines: string[] }
  | { readonly kind: 'table'; readonly table: Table & { rows: string[][] } }
  | { readonly kind: 'quote'; readonly blocks: Blocks };

const RULE = '———';

export function renderBlock(block: Block, options: InlineOptions): FormattedText {
  switch (block.kind) {
    case 'paragraph': {
      const source = block.lines.join('\n').trimEnd();
      const lead = block.lead === '' ? [] : [{ text: block.lead, styles: 0 }];
      return buildMessage([...lead, ...parseInline(source, options)]);
    }
    case 'heading':
      return buildMessage(
        parseInline(block.text, options).map((segment) => ({ ...segment, styles: segment.styles | BOLD })),
      );
    case 'rule':
      return { text: RULE, entities: [] };
    case 'fence':
      return preformatted(block.lines.join('\n'), block.fence.language);
    case 'table':
      return preformatted(renderTable(block.table), undefined);
    case 'quote': {
      const { text, entities } = block.blocks.end(options.unfinished);
      if (text === '') return { text, entities };
      return { text, entities: [{ type: 'blockquote', offset: 0, length: text.length }, ...entities] };
    }
    default:
      return block satisfies never;
  }
}

/** Without empty lines around it. */
export const preformattedText = (source: string): string => source.replace(/^\n+/, '').trimEnd();

function preformatted(source: string, language: string | undefined): FormattedText {
  const text = preformattedText(source);
  if (text === '') return { text, entities: [] };
  const place = { offset: 0, length: text.length };
  return {
    text,
    entities: [language === undefined ? { type: 'pre', ...place } : { type: 'pre', ...place, language }],
  };
}

/** A copy that can grow without changing the original. */
export function copyBlock(block: Block): Block {
  switch (block.kind) {
    case 'paragraph':
    case 'fence':
      return { ...block, lines: [...block.lines] };
    case 'table':
      return { ...block, table: { ...block.table, rows: [...block.table.rows] } };
    case 'quote':
      return { ...block, blocks: block.blocks.copy() };
    default:
      return block;
  }
}
