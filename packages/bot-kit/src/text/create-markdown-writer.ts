// How does Markdown that is still being written look in a message? Ended blocks are read once; only the open one again.
import type { FormattedText } from './formatted-text.js';
import { Blocks } from './markdown/blocks.js';
import type { LinkPolicy } from './markdown/judge-link.js';
import type { RichBlock } from './rich/rich-block.js';
import { richBlocks } from './rich/rich-blocks.js';

export interface MarkdownOptions {
  /** Default `web`. Use `none` where the text was drawn from documents that strangers wrote. */
  links?: LinkPolicy | undefined;
}

/**
 * Turns the Markdown of a model into text and entities, under this policy: links lead to the web or to mail and say
 * where; no pictures, mentions, commands or app addresses that could be pressed; HTML is shown as text; nothing
 * invisible and nothing that turns the direction of text. Never throws.
 */
export interface MarkdownWriter {
  append(chunk: string): void;
  /** What there is so far; marks that are not closed yet are shown as if they were. Can be asked at any time. */
  snapshot(): FormattedText;
  /** The whole text, read to its end. Later chunks are ignored. The same for the same text, in whatever chunks it came. */
  finish(): FormattedText;
  /** The same as `snapshot`, or as `finish` once that was called, in blocks of a rich message. */
  blocks(): RichBlock[];
}

/** UTF-16 units of source. A longer text is cut there and ends in "…". */
export const MAX_SOURCE_UNITS = 1_000_000;
const CUT = '…';

export function createMarkdownWriter({ links = 'web' }: MarkdownOptions = {}): MarkdownWriter {
  const blocks = new Blocks(links);
  let line = '';
  let units = 0;
  let finished: FormattedText | undefined;

  const read = (text: string) => {
    if (!/[\r\n]/.test(text) && !line.endsWith('\r')) {
      line += text;
      return;
    }
    const lines = `${line}${text}`.split(/\r\n|\n|\r(?!$)/);
    line = lines.pop() ?? '';
    for (const one of lines) blocks.line(one);
  };

  /** What there is so far, in a copy that may be ended. */
  const current = (): Blocks => {
    const now = blocks.copy();
    // Half a character, or half a line end, says nothing yet.
    const partial = line.replace(/[\uD800-\uDBFF\r]$/, '');
    if (partial !== '' && !now.awaitsRule(partial)) now.line(partial);
    return now;
  };

  return {
    append(chunk) {
      if (finished !== undefined || units > MAX_SOURCE_UNITS || chunk === '') return;
      const room = MAX_SOURCE_UNITS - units;
      units += chunk.length;
      read(chunk.length <= room ? chunk : `${chunk.slice(0, room).replace(/[\uD800-\uDBFF]$/, '')}${CUT}`);
    },
    snapshot() {
      return finished ?? tidy(current().end(true));
    },
    finish() {
      if (finished !== undefined) return finished;
      const last = line.replace(/\r$/, '');
      if (last !== '') blocks.line(last);
      finished = tidy(blocks.end(false));
      return finished;
    },
    blocks() {
      const unfinished = finished === undefined;
      return richBlocks((unfinished ? current() : blocks).ended(unfinished), { links, unfinished });
    },
  };
}

/** Telegram takes white space off the end of a message: entities must not reach there. */
function tidy({ text, entities }: FormattedText): FormattedText {
  const end = text.trimEnd();
  if (end.length === text.length) return { text, entities };
  return {
    text: end,
    entities: entities
      .map((entity) => ({ ...entity, length: Math.min(entity.length, end.length - entity.offset) }))
      .filter(({ length }) => length > 0),
  };
}
