// What does a line begin? A heading, a list item, a fence, a quotation, a table rule, or nothing but text.

export interface ListItem {
  indent: number;
  /** As shown: "•", "☐", "☑" or the number as written. */
  bullet: string;
  numbered: number | undefined;
  text: string;
}

export interface Fence {
  indent: number;
  character: string;
  length: number;
  language: string | undefined;
}

const LIST_ITEM = /^([ \t]*)([-*+•]|\d{1,9}[.)])(?:[ \t]+|$)(\[[ xX]\][ \t]+)?/;
const FENCE = /^([ \t]*)(`{3,}|~{3,})/;
const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
const HEADING = /^ {0,3}#{1,6}(?=[ \t]|$)/;
const QUOTE = /^ {0,3}>[ \t]?/;
const TABLE_RULE = /^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
const LANGUAGE = /^[\w+#.-]{1,32}$/;
const TAB_WIDTH = 4;

export const isBlank = (line: string) => line.trim() === '';
export const isRule = (line: string) => RULE.test(line);
export const isTableRule = (line: string) => line.includes('|') && TABLE_RULE.test(line);

export function indentOf(line: string): number {
  let width = 0;
  for (const character of line) {
    if (character === ' ') width++;
    else if (character === '\t') width += TAB_WIDTH - (width % TAB_WIDTH);
    else break;
  }
  return width;
}

export type HeadingSize = 1 | 2 | 3 | 4 | 5 | 6;

const SIZES: readonly HeadingSize[] = [1, 2, 3, 4, 5, 6];

export function readHeading(line: string): { text: string; size: HeadingSize } | undefined {
  const opening = HEADING.exec(line)?.[0];
  if (opening === undefined) return undefined;
  const size = SIZES[opening.trim().length - 1] ?? 6;
  return { text: headingText(line, opening), size };
}

function headingText(line: string, opening: string): string {
  const text = line.slice(opening.length).trim();
  let end = text.length;
  while (text.charAt(end - 1) === '#') end--;
  // Number signs at the end close the heading only after white space: "C#" keeps its own.
  return end === 0 || /[ \t]/.test(text.charAt(end - 1)) ? text.slice(0, end).trimEnd() : text;
}

export function readListItem(line: string): ListItem | undefined {
  const match = LIST_ITEM.exec(line);
  if (match === null) return undefined;
  const [whole, space = '', marker = '', task] = match;
  const number = Number.parseInt(marker, 10);
  const numbered = Number.isNaN(number) ? undefined : number;
  const plainBullet = numbered === undefined ? '•' : marker;
  const bullet = task === undefined ? plainBullet : task.startsWith('[ ]') ? '☐' : '☑';
  return { indent: indentOf(space), bullet, numbered, text: line.slice(whole.length) };
}

export function readFence(line: string): Fence | undefined {
  const match = FENCE.exec(line);
  if (match === null) return undefined;
  const [whole, space = '', marker = ''] = match;
  const info = line.slice(whole.length).trim();
  if (marker.startsWith('`') && info.includes('`')) return undefined;
  const [word = ''] = info.split(/[\s{,]/, 1);
  return {
    indent: indentOf(space),
    character: marker.charAt(0),
    length: marker.length,
    language: LANGUAGE.test(word) ? word : undefined,
  };
}

export function closesFence(line: string, { character, length }: Fence): boolean {
  const text = line.trim();
  return text.length >= length && text === character.repeat(text.length);
}

/** The line without its quotation marks, however many. */
export function readQuote(line: string): string | undefined {
  let text = line;
  let found = false;
  for (let mark = QUOTE.exec(text); mark !== null; mark = QUOTE.exec(text)) {
    found = true;
    text = text.slice(mark[0].length);
  }
  return found ? text : undefined;
}

/** Up to `indent` columns of white space are taken away. */
export function outdent(line: string, indent: number): string {
  let at = 0;
  while (at < indent && line.charAt(at) === ' ') at++;
  return line.slice(at);
}
