// How is formatted text put together without marks that somebody has to escape?
import type { MessageEntity } from 'grammy/types';
import type { FormattedText } from './formatted-text.js';
import { inertWords } from './markdown/inert-words.js';
import { CODE } from './markdown/segment.js';

type Piece = string | FormattedText;

/** Concatenates; offsets move along. */
export function joinText(...pieces: readonly Piece[]): FormattedText {
  let text = '';
  const entities: MessageEntity[] = [];
  for (const piece of pieces) {
    if (typeof piece !== 'string')
      entities.push(...piece.entities.map((entity) => ({ ...entity, offset: entity.offset + text.length })));
    text += typeof piece === 'string' ? piece : piece.text;
  }
  return { text, entities };
}

/** Lines, without the empty pieces. */
export function joinLines(pieces: readonly Piece[]): FormattedText {
  const shown = pieces.filter((piece) => (typeof piece === 'string' ? piece : piece.text) !== '');
  return joinText(...shown.flatMap((piece, index) => (index === 0 ? [piece] : ['\n', piece])));
}

export const bold = (text: string): FormattedText => marked(text, { type: 'bold' });
export const italic = (text: string): FormattedText => marked(text, { type: 'italic' });
export const code = (text: string): FormattedText => marked(text, { type: 'code' });

/** A quotation that opens when pressed. Nothing else in it can be: what Telegram would find by itself is shown as code. */
export function folded(text: string): FormattedText {
  const { entities } = quiet(text);
  return { text, entities: [...marked(text, { type: 'expandable_blockquote' }).entities, ...entities] };
}

/** Somebody else's words, in which nothing can be pressed. */
export function quiet(text: string, shown: (part: string) => Piece = (part) => part): FormattedText {
  const segments = inertWords([{ text, styles: 0 }], 'none');
  return joinText(
    ...segments.map((part) => ((part.styles & CODE) === 0 ? shown(part.text) : code(part.text))),
  );
}

function marked(
  text: string,
  { type }: { type: 'bold' | 'italic' | 'code' | 'expandable_blockquote' },
): FormattedText {
  return text === ''
    ? { text, entities: [] }
    : { text, entities: [{ type, offset: 0, length: text.length }] };
}
