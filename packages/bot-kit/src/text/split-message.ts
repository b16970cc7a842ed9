// How does a long answer become several messages that Telegram accepts, without breaking anything a reader sees?
import type { MessageEntity } from 'grammy/types';
import { cutPlace } from './cut-place.js';
import type { FormattedText } from './formatted-text.js';
import { sliceMessage } from './slice-message.js';

export interface MessageLimits {
  /** UTF-16 units of a message. Telegram takes 4,096; the rest is room for "(2/3)" and the like. */
  units?: number | undefined;
  /** Entities of a message. Telegram ignores those after the hundredth. */
  entities?: number | undefined;
}

export const MESSAGE_UNITS = 4_000;
export const MESSAGE_ENTITIES = 95;

/** Whatever names a place or a person stays whole: half of it would be another one. */
const WHOLE: ReadonlySet<MessageEntity['type']> = new Set([
  'text_link',
  'text_mention',
  'mention',
  'url',
  'email',
  'phone_number',
  'bot_command',
  'hashtag',
  'cashtag',
  'custom_emoji',
  'date_time',
  'code',
]);

interface Span {
  from: number;
  to: number;
}

/**
 * Parts in order. Their texts joined are the text, except that parts of only white space are left out (Telegram
 * refuses them). A cut code block or quotation goes on in the next part; a link is cut only if no message could hold
 * it; no surrogate pair is ever cut. At least one unit of progress is made per part, whatever the limits.
 */
export function splitMessage(message: FormattedText, limits: MessageLimits = {}): FormattedText[] {
  const units = Math.max(limits.units ?? MESSAGE_UNITS, 2);
  const most = Math.max(limits.entities ?? MESSAGE_ENTITIES, 1);
  const { text } = message;
  const entities = [...message.entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const whole = wholeSpans(entities, units);
  const parts: FormattedText[] = [];
  for (let start = 0; start < text.length; ) {
    const end = Math.min(start + units, text.length);
    const running = entities.filter((entity) => entity.offset < end && entity.offset + entity.length > start);
    const to = partEnd(text, { start, end, crowded: running[most]?.offset, whole });
    const part = sliceMessage({ text, entities: running.slice(0, most) }, start, to);
    if (part.text.trim() !== '') parts.push(part);
    start = to;
  }
  return parts;
}

/** `crowded`: where the first entity begins that would be one too many. */
function partEnd(
  text: string,
  {
    start,
    end,
    crowded,
    whole,
  }: { start: number; end: number; crowded: number | undefined; whole: readonly Span[] },
): number {
  const limit = crowded !== undefined && crowded > start ? crowded : end;
  if (limit === text.length) return limit;
  const blocking = spanAround(whole, limit);
  // Better to lose a style inside a crowded link than to cut the link.
  if (blocking !== undefined && blocking.from <= start) return Math.min(blocking.to, end);
  return cutPlace(text, { start, limit, allowed: (at) => spanAround(whole, at) === undefined });
}

/** What must stay whole, and can; overlapping ones as one. */
function wholeSpans(entities: readonly MessageEntity[], units: number): Span[] {
  const spans: Span[] = [];
  for (const { type, offset, length } of entities) {
    if (!WHOLE.has(type) || length > units) continue;
    const last = spans.at(-1);
    if (last !== undefined && offset < last.to) last.to = Math.max(last.to, offset + length);
    else spans.push({ from: offset, to: offset + length });
  }
  return spans.filter(({ from, to }) => to - from <= units);
}

/** The span that a cut at `at` would break. */
function spanAround(spans: readonly Span[], at: number): Span | undefined {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.to ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const span = spans[low];
  return span !== undefined && span.from < at && at < span.to ? span : undefined;
}
