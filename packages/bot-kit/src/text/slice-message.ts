// What remains of a message between two places? Entities that reach over an edge are clipped, so each slice stands alone.
import type { MessageEntity } from 'grammy/types';
import type { FormattedText } from './formatted-text.js';

/** The part from `from` up to `to`, in UTF-16 units. Cuts exactly there: choosing a good place is the caller's work. */
export function sliceMessage(
  { text, entities }: FormattedText,
  from: number,
  to = text.length,
): FormattedText {
  const start = Math.max(from, 0);
  const end = Math.min(to, text.length);
  const kept: MessageEntity[] = [];
  for (const entity of entities) {
    const left = Math.max(entity.offset, start);
    const right = Math.min(entity.offset + entity.length, end);
    if (left < right) kept.push({ ...entity, offset: left - start, length: right - left });
  }
  return { text: text.slice(start, end), entities: kept };
}
