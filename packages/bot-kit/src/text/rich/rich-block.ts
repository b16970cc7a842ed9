// What does Telegram call a block of a rich message, and a text in it? (Bot API 10.2, "InputRichBlock" and "RichText")
import type { InputRichMessageWithoutUpload } from 'grammy/types';

export type RichBlock = NonNullable<InputRichMessageWithoutUpload['blocks']>[number];
export type RichList = Extract<RichBlock, { type: 'list' }>;
export type RichItem = RichList['items'][number];
export type RichText = Extract<RichBlock, { type: 'paragraph' }>['text'];

/**
 * Telegram looks for nothing in it by itself: what can be pressed is what was made so on purpose.
 * Never `markdown` or `html`: in those a model could write pictures, buttons and mentions.
 */
export const richMessage = (blocks: readonly RichBlock[]): InputRichMessageWithoutUpload => ({
  blocks: [...blocks],
  skip_entity_detection: true,
});
