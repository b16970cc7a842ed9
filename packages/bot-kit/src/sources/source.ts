// What can be read of a message? A file, a text, a page, or messages of others.
import type { Message } from 'grammy/types';
import type { Talk } from '../features/talk.js';

export type Source =
  | {
      readonly kind: 'file';
      /** As its sender named it; shown to them and to nobody else. */
      readonly name: string;
      readonly fileId: string;
      readonly size: number | undefined;
      readonly mime: string | undefined;
    }
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  | { readonly kind: 'talk'; readonly name: string; readonly talk: Talk }
  | { readonly kind: 'link'; readonly name: string; readonly url: string };

/** `undefined` when there is nothing to read in it. */
export function sourceOf(message: Message): Source | undefined {
  const { document } = message;
  if (document !== undefined)
    return {
      kind: 'file',
      name: document.file_name ?? '',
      fileId: document.file_id,
      size: document.file_size,
      mime: document.mime_type,
    };
  const text = message.text ?? message.caption ?? '';
  return text === '' ? undefined : { kind: 'text', name: '', text };
}
