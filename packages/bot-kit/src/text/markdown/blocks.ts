// How do lines become a message? Each line belongs to the open block or ends it; ended blocks are rendered once.
import type { MessageEntity } from 'grammy/types';
import { cleanText } from '../clean-text.js';
import type { FormattedText } from '../formatted-text.js';
import { type Block, copyBlock, renderBlock } from './block.js';
import {
  closesFence,
  indentOf,
  isBlank,
  isRule,
  isTableRule,
  outdent,
  readFence,
  readHeading,
  readListItem,
  readQuote,
} from './block-lines.js';
import type { LinkPolicy } from './judge-link.js';
import { readRow, readSides } from './table.js';

/** A paragraph longer than this ends at a line end, so that looking at the unfinished text stays cheap. */
const MAX_PARAGRAPH_UNITS = 8_000;
const MAX_DEPTH = 6;
const INDENT = '  ';

/**
 * Reads line by line. What was read before never changes what the same lines give, however they arrived.
 * Setext headings, reference links, footnotes and indented code are read as plain text: models do not write them,
 * and half-written text would jump.
 */
export class Blocks {
  #text = '';
  #entities: MessageEntity[] = [];
  /** All that have ended, as they were read. */
  #ended: Block[] = [];
  #open: Block | undefined;
  #blank = false;
  /** Indents of the list items that are open, outermost first. */
  #lists: number[] = [];

  readonly #links: LinkPolicy;
  readonly #quoted: boolean;

  constructor(links: LinkPolicy, quoted = false) {
    this.#links = links;
    this.#quoted = quoted;
  }

  /** @param raw one line without its end */
  line(raw: string): void {
    const line = cleanText(raw);
    if (this.#open?.kind === 'fence') {
      if (closesFence(line, this.#open.fence)) this.#close();
      else this.#open.lines.push(outdent(line, this.#open.fence.indent));
      return;
    }
    const quote = readQuote(line);
    if (quote !== undefined) this.#quote(quote);
    else if (isBlank(line)) this.#end();
    else if (!this.#startsBlock(line)) this.#plain(line);
  }

  /** The message so far. `unfinished` shows open marks as closed. Reading can go on only in a copy made before. */
  end(unfinished: boolean): FormattedText {
    this.#close(unfinished);
    return { text: this.#text, entities: this.#entities };
  }

  /** What was read, block by block. Reading can go on only in a copy made before. */
  ended(unfinished: boolean): readonly Block[] {
    this.#close(unfinished);
    return this.#ended;
  }

  copy(): Blocks {
    const copy = new Blocks(this.#links, this.#quoted);
    copy.#text = this.#text;
    copy.#entities = [...this.#entities];
    copy.#ended = [...this.#ended];
    copy.#open = this.#open === undefined ? undefined : copyBlock(this.#open);
    copy.#blank = this.#blank;
    copy.#lists = [...this.#lists];
    return copy;
  }

  /** True where `line` might still become the rule of a table: shown as text it would flicker. */
  awaitsRule(line: string): boolean {
    const open = this.#open;
    if (open?.kind === 'quote') return open.blocks.awaitsRule(readQuote(line) ?? line);
    return (
      open?.kind === 'paragraph' &&
      open.lines.at(-1)?.includes('|') === true &&
      /^[ \t]*[|:-][\s|:-]*$/.test(line)
    );
  }

  #startsBlock(line: string): boolean {
    const fence = readFence(line);
    if (fence !== undefined)
      return this.#start({ kind: 'fence', fence, level: this.#levelAt(fence.indent), lines: [] });
    if (isTableRule(line) && this.#table(line)) return true;
    if (isRule(line)) {
      this.#lists = [];
      this.#start({ kind: 'rule' });
      return this.#close();
    }
    const heading = readHeading(line);
    if (heading !== undefined) {
      this.#lists = [];
      this.#start({ kind: 'heading', ...heading });
      return this.#close();
    }
    return this.#listItem(line);
  }

  #start(block: Block): true {
    this.#close();
    this.#open = block;
    return true;
  }

  #listItem(line: string): boolean {
    const item = readListItem(line);
    if (item === undefined) return false;
    const open = this.#open;
    // "… in\n1986. A great year": a number in the middle of a paragraph begins no list, unless it is the first.
    if (open?.kind === 'paragraph' && !open.item && item.numbered !== undefined && item.numbered !== 1)
      return false;
    this.#leaveLists(item.indent - 1);
    const level = this.#lists.length;
    const lead = `${INDENT.repeat(Math.min(level, MAX_DEPTH))}${item.bullet} `;
    this.#lists.push(item.indent);
    const lines = [item.text.trim()];
    const { bullet, text } = item;
    return this.#start({ kind: 'paragraph', lead, item: true, level, bullet, lines, units: text.length });
  }

  /** Lists whose items begin left of `indent`. */
  #levelAt(indent: number): number {
    return this.#lists.filter((list) => list < indent).length;
  }

  /** Items that begin further right than `indent` allows are over. */
  #leaveLists(indent: number): void {
    while (this.#lists.length > 0 && (this.#lists.at(-1) ?? 0) >= indent) this.#lists.pop();
  }

  #table(rule: string): boolean {
    const open = this.#open;
    if (open?.kind !== 'paragraph') return false;
    const head = open.lines.at(-1) ?? '';
    const sides = readSides(rule);
    if (!head.includes('|') || readRow(head).length !== sides.length || sides.length === 0) return false;
    if (open.lines.length === 1 && open.lead !== '') return false;
    open.lines.pop();
    if (open.lines.length === 0) this.#open = undefined;
    return this.#start({ kind: 'table', table: { sides, rows: [readRow(head)] } });
  }

  #quote(line: string): void {
    if (this.#quoted) {
      this.line(line);
      return;
    }
    if (this.#open?.kind !== 'quote') {
      this.#lists = [];
      this.#start({ kind: 'quote', blocks: new Blocks(this.#links, true) });
    }
    if (this.#open?.kind === 'quote') this.#open.blocks.line(line);
  }

  #plain(line: string): void {
    const open = this.#open;
    if (open?.kind === 'table' && line.includes('|')) {
      open.table.rows.push(readRow(line));
      return;
    }
    const indent = indentOf(line);
    if (open?.kind === 'paragraph' && open.units < MAX_PARAGRAPH_UNITS) {
      const lead = open.lead.replace(/\S/g, ' ');
      open.lines.push(`${open.item ? lead : ''}${line.trim()}`);
      open.units += line.length;
      return;
    }
    this.#leaveLists(indent);
    const level = this.#lists.length;
    const lead = INDENT.repeat(Math.min(level, MAX_DEPTH));
    this.#start({ kind: 'paragraph', lead, item: false, level, lines: [line.trim()], units: line.length });
  }

  #end(): void {
    this.#close();
    this.#blank = true;
  }

  #close(unfinished = false): true {
    const block = this.#open;
    this.#open = undefined;
    if (block === undefined) return true;
    const { text, entities } = renderBlock(block, { links: this.#links, unfinished });
    if (text.trim() === '') return true;
    this.#ended.push(block);
    if (this.#text !== '') this.#text += this.#blank ? '\n\n' : '\n';
    const offset = this.#text.length;
    this.#text += text;
    for (const entity of entities) this.#entities.push({ ...entity, offset: entity.offset + offset });
    this.#blank = false;
    return true;
  }
}
