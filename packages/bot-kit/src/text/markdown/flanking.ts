// Can a run of marks open or close emphasis? (CommonMark 0.31, 6.2.)

export interface Flanking {
  open: boolean;
  close: boolean;
}

const SPACE = /\s/;
const PUNCTUATION = /[\p{P}\p{S}]/u;
/** Chinese and Japanese write no spaces around marks: their punctuation and quotation marks count as letters. */
const WIDE_PUNCTUATION = /[\u2018-\u201D\u3000-\u303F\uFF00-\uFFEF]/;

export function flanking(source: string, from: number, to: number): Flanking {
  const before = characterBefore(source, from);
  const after = source.codePointAt(to);
  const next = after === undefined ? '' : String.fromCodePoint(after);
  const [spaceBefore, spaceAfter] = [before === '' || SPACE.test(before), next === '' || SPACE.test(next)];
  const isMark = (character: string) =>
    PUNCTUATION.test(character) && (source.charAt(from) === '_' || !WIDE_PUNCTUATION.test(character));
  const [markBefore, markAfter] = [isMark(before), isMark(next)];
  const left = !spaceAfter && (!markAfter || spaceBefore || markBefore);
  const right = !spaceBefore && (!markBefore || spaceAfter || markAfter);
  if (source.charAt(from) !== '_') return { open: left, close: right };
  return { open: left && (!right || markBefore), close: right && (!left || markAfter) };
}

function characterBefore(source: string, at: number): string {
  if (at === 0) return '';
  const unit = source.charAt(at - 1);
  return /[\uDC00-\uDFFF]/.test(unit) && at > 1 ? source.slice(at - 2, at) : unit;
}
