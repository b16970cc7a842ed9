// How do the pieces of text on a PDF's page become lines and paragraphs?

export interface TextPiece {
  readonly text: string;
  /** Of the base line, from the bottom of the page. */
  readonly y: number;
  readonly height: number;
  readonly endsLine: boolean;
}

/** A gap of this many line heights is a new paragraph. */
const PARAGRAPH_GAP = 1.8;

/**
 * Lines as printed, an empty line between paragraphs. A word cut by a hyphen at the end of a line is joined, so that it can
 * be found and quoted.
 */
export function layOutPage(pieces: readonly TextPiece[]): string {
  let text = '';
  let last: TextPiece | undefined;
  for (const piece of pieces) {
    if (last !== undefined && piece.text !== '' && text.endsWith('\n')) {
      const height = Math.max(last.height, piece.height, 1);
      if (last.y - piece.y > height * PARAGRAPH_GAP) text += '\n';
    }
    text += piece.text;
    if (piece.endsLine) text += '\n';
    if (piece.text.trim() !== '') last = piece;
  }
  return text.replace(/(\p{Ll})[-\u00ad\u2010]\n(?=\p{Ll})/gu, '$1');
}
