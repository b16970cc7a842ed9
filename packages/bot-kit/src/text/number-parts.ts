// How does a reader know that more follows? "(2/3)" under each part, only when there are several.
import type { FormattedText } from './formatted-text.js';

/** Adds at most 10 UTF-16 units per part for up to 99 parts: below the room `splitMessage` leaves. */
export function numberParts(parts: readonly FormattedText[]): FormattedText[] {
  if (parts.length < 2) return [...parts];
  return parts.map(({ text, entities }, index) => ({
    text: `${text.trimEnd()}\n\n(${index + 1}/${parts.length})`,
    entities,
  }));
}
