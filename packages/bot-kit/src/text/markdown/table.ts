// How does a table look in a message? As text in columns, in a code block: Telegram's messages have no tables.
import { cleanText } from '../clean-text.js';
import { parseInline } from './parse-inline.js';

export type Side = 'left' | 'right' | 'middle';

export interface Table {
  readonly sides: readonly Side[];
  /** Sources of cells; the first row is the head. */
  readonly rows: readonly (readonly string[])[];
}

/** Longer cells stand out of their column instead of making every row as long: a table cannot grow beyond its source. */
const MAX_COLUMN = 32;
const MAX_COLUMNS = 20;
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
const NARROW = /\p{M}|\u200C|\u200D|\uFE0F/u;

/** Cells of a line; `\|` and pipes in code do not part cells. */
export function readRow(line: string): string[] {
  const text = line.trim();
  const cells: string[] = [];
  let cell = '';
  let code = false;
  for (let at = text.startsWith('|') ? 1 : 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\' && text.charAt(at + 1) === '|') {
      cell += '|';
      at++;
    } else if (character === '|' && !code) {
      cells.push(cell.trim());
      cell = '';
    } else {
      if (character === '`') code = !code && text.includes('`', at + 1);
      cell += character;
    }
  }
  if (cell.trim() !== '') cells.push(cell.trim());
  return cells.slice(0, MAX_COLUMNS);
}

export function readSides(rule: string): Side[] {
  return readRow(rule).map((cell) =>
    cell.endsWith(':') ? (cell.startsWith(':') ? 'middle' : 'right') : 'left',
  );
}

export function renderTable({ sides, rows }: Table): string {
  const cells = rows.map((row) => sides.map((_, column) => cellText(row[column] ?? '')));
  const widths = sides.map((_, column) =>
    Math.min(MAX_COLUMN, Math.max(1, ...cells.map((row) => width(row[column] ?? '')))),
  );
  const lines = cells.map((row) =>
    row
      .map((text, column) => pad(text, widths[column] ?? 0, sides[column] ?? 'left'))
      .join(' │ ')
      .trimEnd(),
  );
  const rule = widths.map((columns) => '─'.repeat(columns)).join('─┼─');
  return [...lines.slice(0, 1), rule, ...lines.slice(1)].join('\n');
}

/** Marks are read and dropped; addresses of links stay visible only where their text would lie. */
function cellText(source: string): string {
  return cleanText(
    parseInline(source, { links: 'none', unfinished: false })
      .map(({ text }) => text)
      .join('')
      .replaceAll('\n', ' '),
  );
}

function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += NARROW.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}

function pad(text: string, columns: number, side: Side): string {
  const space = Math.max(columns - width(text), 0);
  const before = side === 'left' ? 0 : side === 'right' ? space : space >> 1;
  return `${' '.repeat(before)}${text}${' '.repeat(space - before)}`;
}
