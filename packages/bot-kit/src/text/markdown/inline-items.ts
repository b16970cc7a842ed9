// What does the inline parser collect on its way? Pieces of text, some of which are marks that may yet pair up.
import { BOLD, CODE, ITALIC, type Segment, STRIKE } from './segment.js';

export interface Mark {
  readonly character: '*' | '_' | '~';
  readonly length: number;
  readonly open: boolean;
  readonly close: boolean;
  /** Marks not yet used up by pairs; what is left is shown. */
  left: number;
}

export interface Item {
  text: string;
  code: boolean;
  /** More text may be added to it. */
  joins?: boolean | undefined;
  url?: string | undefined;
  mark?: Mark | undefined;
  /** Styles that begin after, and end before, this item: counted, because pairs nest. */
  begins?: number[] | undefined;
  ends?: number[] | undefined;
}

export const STYLE_BITS = [BOLD, ITALIC, STRIKE] as const;

export const item = (text: string, code = false): Item => ({ text, code });

/** Items in order become runs; a mark that found no partner is text. */
export function toSegments(items: readonly Item[]): Segment[] {
  const depth = new Map<number, number>();
  const segments: Segment[] = [];
  let run = '';
  let look: { styles: number; url: string | undefined } = { styles: 0, url: undefined };
  const endRun = () => {
    if (run !== '') segments.push({ text: run, ...look });
    run = '';
  };
  for (const { text, code, url, mark, begins, ends } of items) {
    for (const bit of ends ?? []) depth.set(bit, (depth.get(bit) ?? 0) - 1);
    const shown = mark === undefined ? text : mark.character.repeat(mark.left);
    if (shown !== '') {
      let styles = code ? CODE : 0;
      if (!code) for (const bit of STYLE_BITS) if ((depth.get(bit) ?? 0) > 0) styles |= bit;
      const address = code ? undefined : url;
      // Two code spans that touch stay two: joined they would read as one.
      if (code || styles !== look.styles || address !== look.url) {
        endRun();
        look = { styles, url: address };
      }
      run += shown;
    }
    for (const bit of begins ?? []) depth.set(bit, (depth.get(bit) ?? 0) + 1);
  }
  endRun();
  return segments;
}
