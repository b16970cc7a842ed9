// How does an answer look without any formatting? As words; what entities kept from being pressed is kept so by invisible stops.
import type { FormattedText } from './formatted-text.js';

const STOP = '\u2060';

/**
 * Telegram looks for names, commands and addresses in text without entities. What the policy made inert stands in code, so each mark of an
 * address in code gets a stop behind it; links that may be pressed are written out.
 */
export function withoutEntities({ text, entities }: FormattedText): FormattedText {
  let shown = '';
  let at = 0;
  for (const { type, offset, length, ...more } of [...entities].sort((a, b) => a.offset - b.offset)) {
    if (offset < at || !['code', 'pre', 'text_link'].includes(type)) continue;
    const words = text.slice(offset, offset + length);
    shown += text.slice(at, offset);
    at = offset + length;
    if (type === 'text_link' && 'url' in more) shown += more.url === words ? words : `${words} (${more.url})`;
    else shown += inert(words, { before: shown.at(-1), after: text.charAt(at) });
  }
  return { text: shown + text.slice(at), entities: [] };
}

function inert(
  words: string,
  { before = '', after }: { before?: string | undefined; after: string },
): string {
  const stopped = words.replace(/[@/#$.:]/g, (mark) => `${mark}${STOP}`);
  return `${/\S/.test(before) ? STOP : ''}${stopped}${/\S/.test(after) ? STOP : ''}`;
}
