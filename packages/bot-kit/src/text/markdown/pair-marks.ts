// Which marks belong together? (CommonMark 0.31, "process emphasis", counting the marks still left; two tildes strike out.)
import type { Item, Mark } from './inline-items.js';
import { BOLD, ITALIC, STRIKE } from './segment.js';

interface Entry {
  item: Item;
  mark: Mark;
}

/**
 * Pairs the marks among `items`. With `unfinished`, openers that found no partner count as closed at the end: the
 * text is still being written.
 */
export function pairMarks(items: readonly Item[], unfinished: boolean): void {
  const stack: Entry[] = [];
  // Of each kind of closer: below this height of the stack there is no opener for it. Keeps hostile text linear.
  const bottoms = new Map<string, number>();
  for (const item of items) {
    const { mark } = item;
    if (mark === undefined) continue;
    if (mark.close) closeWith({ item, mark }, stack, bottoms);
    if (mark.left > 0 && mark.open) stack.push({ item, mark });
  }
  if (unfinished) for (const { item, mark } of stack) closeAtEnd(item, mark);
}

function closeWith(closer: Entry, stack: Entry[], bottoms: Map<string, number>): void {
  const { character, open } = closer.mark;
  while (closer.mark.left > 0) {
    const kind = `${character}${open}${closer.mark.left % 3}`;
    const bottom = bottoms.get(kind) ?? 0;
    let height = stack.length - 1;
    while (height >= bottom && !fits(stack[height]?.mark, closer.mark)) height--;
    const opener = height >= bottom ? stack[height] : undefined;
    if (opener === undefined) {
      bottoms.set(kind, stack.length);
      return;
    }
    const used = character === '~' || (opener.mark.left >= 2 && closer.mark.left >= 2) ? 2 : 1;
    const bit = character === '~' ? STRIKE : used === 2 ? BOLD : ITALIC;
    begin(opener.item, bit);
    closer.item.ends = [...(closer.item.ends ?? []), bit];
    opener.mark.left -= used;
    closer.mark.left -= used;
    // Marks between the two can no longer pair with anything outside.
    stack.length = opener.mark.left > 0 ? height + 1 : height;
    for (const [key, value] of bottoms) if (value > height) bottoms.set(key, height);
  }
}

function fits(opener: Mark | undefined, closer: Mark): boolean {
  if (opener === undefined || opener.character !== closer.character) return false;
  if (closer.character === '~') return opener.left === 2 && closer.left === 2;
  const both = opener.close || closer.open;
  return !both || closer.left % 3 === 0 || (opener.left + closer.left) % 3 !== 0;
}

function closeAtEnd(item: Item, mark: Mark): void {
  if (mark.character === '~') {
    if (mark.left === 2) begin(item, STRIKE);
    else return;
  } else {
    if (mark.left >= 2) begin(item, BOLD);
    if (mark.left % 2 === 1) begin(item, ITALIC);
  }
  mark.left = 0;
}

function begin(item: Item, bit: number): void {
  item.begins = [...(item.begins ?? []), bit];
}
