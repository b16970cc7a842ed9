// Text as it came out of a parser: entities are not checked yet.

export interface RawText {
  readonly text: string;
  readonly entities: readonly Record<string, unknown>[];
}

/** Telegram's complaints count UTF-8 bytes. */
export const byteLength = (text: string): number => new TextEncoder().encode(text).length;
