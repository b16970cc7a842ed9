// Which runs of a paragraph are bold, code or links? One pass over the text, then the marks are paired.
import { bareAddressEnd } from './bare-address.js';
import { characterReference } from './character-reference.js';
import { flanking } from './flanking.js';
import { inertWords } from './inert-words.js';
import { type Item, item, toSegments } from './inline-items.js';
import { type Judged, judgeLink, type LinkPolicy } from './judge-link.js';
import { linkTarget } from './link-target.js';
import { pairMarks } from './pair-marks.js';
import type { Segment } from './segment.js';

export interface InlineOptions {
  links: LinkPolicy;
  /** The text is still being written: what is open at its end is shown as if it were closed. */
  unfinished: boolean;
}

interface Bracket {
  /** Index of its item. */
  at: number;
  image: boolean;
  /** False inside another link. */
  active: boolean;
}

interface State extends InlineOptions {
  source: string;
  items: Item[];
  brackets: Bracket[];
  /** Of each length of backtick runs, the place of the last one: shows at once that a code span has no end. */
  lastRuns: ReadonlyMap<number, number>;
}

const SPECIAL = /[\\`*_~[\]!<&]|https?:\/\//gi;
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const MAX_BRACKETS = 200;
const MAX_LABEL_ITEMS = 500;
/** Pictures are never loaded: only their description is shown. */
const PICTURE = '🖼 ';

/** @param source text without invisible characters, lines parted by `\n` */
export function parseInline(source: string, options: InlineOptions): Segment[] {
  const state: State = { ...options, source, items: [], brackets: [], lastRuns: lastBacktickRuns(source) };
  let at = 0;
  while (at < source.length) {
    SPECIAL.lastIndex = at;
    const next = SPECIAL.exec(source)?.index ?? source.length;
    if (next > at) literal(state, at, next);
    at = next < source.length ? special(state, next) : next;
  }
  pairMarks(state.items, options.unfinished);
  return inertWords(toSegments(state.items), options.links);
}

/** Reads what begins at `at` and says where it ends. */
function special(state: State, at: number): number {
  const { source, items } = state;
  switch (source.charAt(at)) {
    case '\\':
      return escaped(state, at);
    case '`':
      return codeSpan(state, at);
    case '*':
    case '_':
    case '~':
      return marks(state, at);
    case '!':
      if (source.charAt(at + 1) !== '[') return literal(state, at, at + 1);
      return openBracket(state, at, true);
    case '[':
      return openBracket(state, at, false);
    case ']':
      return closeBracket(state, at);
    case '<':
      return pointed(state, at);
    case '&': {
      const reference = characterReference(source, at);
      if (reference === undefined) return literal(state, at, at + 1);
      items.push(item(reference.text));
      return at + reference.units;
    }
    default:
      return literal(state, at, bareAddressEnd(source, at) ?? at + 1);
  }
}

/** Text; joined to the text before it, unless a bracket begins here and has to be found again. */
function literal({ source, items }: State, from: number, to: number, apart = false): number {
  const last = items.at(-1);
  if (!apart && last !== undefined && last.joins === true) last.text += source.slice(from, to);
  else items.push({ ...item(source.slice(from, to)), joins: !apart });
  return to;
}

function escaped(state: State, at: number): number {
  const next = state.source.charAt(at + 1);
  if (next === '\n') return at + 1;
  if (!PUNCTUATION.test(next)) return literal(state, at, at + 1);
  return literal(state, at + 1, at + 2);
}

function runEnd(source: string, at: number): number {
  let end = at;
  while (source.charAt(end) === source.charAt(at)) end++;
  return end;
}

function lastBacktickRuns(source: string): ReadonlyMap<number, number> {
  const runs = new Map<number, number>();
  for (const { 0: run, index } of source.matchAll(/`+/g)) runs.set(run.length, index);
  return runs;
}

function codeSpan(state: State, at: number): number {
  const { source, items, lastRuns, unfinished } = state;
  const start = runEnd(source, at);
  const length = start - at;
  if ((lastRuns.get(length) ?? -1) > at) {
    for (let close = source.indexOf('`', start); close >= 0; ) {
      const end = runEnd(source, close);
      if (end - close === length) {
        items.push(item(trimCode(source.slice(start, close)), true));
        return end;
      }
      close = source.indexOf('`', end);
    }
  }
  if (!unfinished) return literal(state, at, start);
  items.push(item(source.slice(start), true));
  return source.length;
}

/** One space at both ends serves to show backticks. (CommonMark 0.31, 6.1.) */
function trimCode(text: string): string {
  const line = text.replaceAll('\n', ' ');
  return line.startsWith(' ') && line.endsWith(' ') && line.trim() !== '' ? line.slice(1, -1) : line;
}

function marks(state: State, at: number): number {
  const { source, items, unfinished } = state;
  const character = source.charAt(at);
  const end = runEnd(source, at);
  const length = end - at;
  if (character !== '*' && character !== '_' && character !== '~') return literal(state, at, end);
  if (character === '~' && length !== 2) return literal(state, at, end);
  const flanks = flanking(source, at, end);
  // Half a mark at the end says nothing yet.
  if (unfinished && end === source.length && (!flanks.close || isHalf(state, character, length))) return end;
  items.push({ ...item(''), mark: { character, length, left: length, ...flanks } });
  return end;
}

const isHalf = ({ items }: State, character: string, length: number) =>
  length === 1 && items.some(({ mark }) => mark?.character === character && mark.length === 2 && mark.open);

function openBracket(state: State, at: number, image: boolean): number {
  const { items, brackets } = state;
  const end = at + (image ? 2 : 1);
  if (brackets.length < MAX_BRACKETS) brackets.push({ at: items.length, image, active: true });
  return literal(state, at, end, true);
}

function closeBracket(state: State, at: number): number {
  const { source, items, brackets, unfinished } = state;
  const open = brackets.pop();
  if (open === undefined || !open.active || source.charAt(at + 1) !== '(') return literal(state, at, at + 1);
  const target = linkTarget(source, at + 2);
  const label = items.slice(open.at + 1);
  if (target === undefined || label.length > MAX_LABEL_ITEMS || (!target.finished && !unfinished))
    return literal(state, at, at + 1);
  pairMarks(label, unfinished);
  items.length = open.at;
  const shown = toSegments(label);
  if (open.image || !target.finished) {
    if (open.image) items.push(item(PICTURE.trim() + (shown.length > 0 ? ' ' : '')));
    items.push(...label.map(settled));
    return target.end;
  }
  for (const outer of brackets) if (!outer.image) outer.active = false;
  const text = shown.map((segment) => segment.text).join('');
  items.push(...linkItems(label, judgeLink(text, target.address, state.links)));
  return target.end;
}

/** Its marks are decided: whatever follows can no longer pair with them. */
function settled(one: Item): Item {
  const text = one.mark === undefined ? one.text : one.mark.character.repeat(one.mark.left);
  return { ...one, text, mark: undefined, joins: false };
}

function linkItems(label: readonly Item[], judged: Judged): Item[] {
  const text = label.map(settled);
  switch (judged.show) {
    case 'text':
      // A link holds no code entity: its text keeps the look of the link.
      return text.map((one) => ({ ...one, code: false, url: judged.url }));
    case 'address':
      return [...text, item(' ('), { ...item(judged.url), url: judged.url }, item(')')];
    case 'inert':
      return judged.address === '' ? text : [...text, item(' ('), item(judged.address, true), item(')')];
    default:
      return judged satisfies never;
  }
}

const ADDRESS_IN_POINTS = /<([a-z][a-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>/iy;
const LINE_BREAK = /<br *\/?>/iy;

/** `<https://…>` is an address, `<br>` a line end; any other HTML is shown as it was written. */
function pointed(state: State, at: number): number {
  const { source, items } = state;
  LINE_BREAK.lastIndex = at;
  const lineBreak = LINE_BREAK.exec(source);
  if (lineBreak !== null) {
    items.push(item('\n'));
    return at + lineBreak[0].length;
  }
  ADDRESS_IN_POINTS.lastIndex = at;
  const match = ADDRESS_IN_POINTS.exec(source);
  if (match === null) return literal(state, at, at + 1);
  items.push(item(match[1] ?? ''));
  return at + match[0].length;
}
