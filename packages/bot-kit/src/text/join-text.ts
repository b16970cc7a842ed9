// How is formatted text put together without marks that somebody has to escape?
import type { MessageEntity } from 'grammy/types';
import type { FormattedText } from './formatted-text.js';

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

/** A quotation that opens when pressed. */
export const folded = (text: string): FormattedText => marked(text, { type: 'expandable_blockquote' });

function marked(
  text: string,
  { type }: { type: 'bold' | 'italic' | 'code' | 'expandable_blockquote' },
): FormattedText {
  return text === ''
    ? { text, entities: [] }
    : { text, entities: [{ type, offset: 0, length: text.length }] };
}
