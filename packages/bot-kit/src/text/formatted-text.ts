// What does Telegram show? Text and entities made by this kit; never a string with marks that Telegram would parse.
import type { MessageEntity } from 'grammy/types';

/** `entities` are sorted by offset; offsets and lengths count UTF-16 code units, as the Bot API does. */
export interface FormattedText {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
}

/** Text without any formatting. */
export const plain = (text: string): FormattedText => ({ text, entities: [] });
