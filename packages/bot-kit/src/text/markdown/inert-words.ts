// What would Telegram make pressable by itself? Mentions, commands and app addresses: shown as code they stay text.
import type { LinkPolicy } from './judge-link.js';
import { CODE, type Segment } from './segment.js';

/** Telegram finds these in any text without formatting; wider than its rules, so that nothing slips through. */
const ALWAYS =
  /(?<!\w)@\w+|(?<![\w/<>])\/\w[\w@/.-]*|(?<![a-z0-9])(?!https?:)[a-z][a-z0-9+.-]{0,31}:\/\/\S*/giu;
/** And all that looks like a web or mail address, a hash tag or a ticker. */
const EVERYTHING = new RegExp(
  String.raw`${ALWAYS.source}|https?:\/\/\S*|[\w.+-]{1,64}@[\p{L}\p{N}.-]+|(?<![\p{L}\p{N}_])[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,8}\.\p{L}{2,}(?::\d+)?(?:[/?#]\S*)?|(?<![\p{L}\p{N}_])[#$][\p{L}\p{N}_]+`,
  'giu',
);

const TRAILING = new Set(')]}>.,;:!?"\'');

/** Works on the whole paragraph: a name of which one letter is bold is a name all the same. */
export function inertWords(segments: readonly Segment[], policy: LinkPolicy): Segment[] {
  const text = segments.map((segment) => segment.text).join('');
  const matches = text.matchAll(policy === 'web' ? ALWAYS : EVERYTHING);
  const marked: Segment[] = [];
  let match = matches.next();
  let offset = 0;
  for (const segment of segments) {
    const end = offset + segment.text.length;
    if ((segment.styles & CODE) !== 0 || segment.url !== undefined) {
      marked.push(segment);
      offset = end;
      continue;
    }
    while (offset < end) {
      while (match.done !== true && endOf(match.value) <= offset) match = matches.next();
      const from = match.done === true ? end : Math.max(match.value.index, offset);
      const start = Math.min(from, end);
      if (start > offset) marked.push({ ...segment, text: text.slice(offset, start) });
      if (start === end || match.done === true) break;
      const stop = Math.min(endOf(match.value), end);
      marked.push({ text: text.slice(start, stop), styles: CODE });
      offset = stop;
    }
    offset = end;
  }
  return marked;
}

/** Punctuation after an address is not part of it. */
function endOf({ 0: match, index }: RegExpExecArray): number {
  let length = match.length;
  while (length > 1 && TRAILING.has(match.charAt(length - 1))) length--;
  return index + length;
}
