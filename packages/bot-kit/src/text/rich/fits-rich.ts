// Does it fit into one rich message? Telegram counts characters, and blocks with all that is inside them.
import type { RichBlock } from './rich-block.js';

/** Of 32,768 characters and 500 blocks; the rest is room for what stands above and below the answer. */
const MAX_CHARACTERS = 30_000;
const MAX_BLOCKS = 450;

export function fitsRich(blocks: readonly RichBlock[]): boolean {
  const count = { characters: 0, blocks: blocks.length };
  visit(blocks, count);
  return count.blocks <= MAX_BLOCKS && count.characters <= MAX_CHARACTERS;
}

/** Blocks, items and rows are what stands in arrays beside `text`; any string of a text counts, addresses too. */
function visit(value: unknown, count: { characters: number; blocks: number }): void {
  if (typeof value === 'string') count.characters += value.length;
  else if (Array.isArray(value)) for (const one of value) visit(one, count);
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'type' || name === 'align' || name === 'valign') continue;
      if (['blocks', 'items', 'cells'].includes(name) && Array.isArray(inner)) count.blocks += inner.length;
      visit(inner, count);
    }
}
