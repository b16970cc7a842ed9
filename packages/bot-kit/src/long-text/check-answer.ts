// Is what an answer cites true? Quotation marks only around words of the document, page numbers only of pages that were read.
import { type PageUnit, pageMark } from '../readers/document-text.js';
import type { QuoteIndex } from './quote-index.js';

export interface AnswerRules {
  readonly unit: PageUnit;
  readonly quotes: QuoteIndex;
  /** Pages the model was shown. */
  readonly mayCite: (page: number) => boolean;
}

const CLOSERS: Readonly<Record<string, string>> = {
  '“': '”',
  '„': '“”',
  '«': '»',
  '"': '"',
  '「': '」',
  '『': '』',
};
/** Longer runs are text with a stray mark. */
const QUOTE_UNITS_MAX = 1500;
const MARK_UNITS_MAX = 60;
/** `(p. 3)`, `(pages 3–5, 9)`, `[Seite 3]`, `(стр. 3)`: what models write for a page. */
const PAGE_MARK =
  /^[([]\s*(?:pp?\.?|pages?|slides?|sheets?|ch\.?|chapters?|s\.|seiten?|стр\.?|с\.|págs?\.?|página|pag\.?)\s*(\d{1,6}(?:\s*(?:[-–—,;&]|and|und|и|y|et)\s*\d{1,6})*)\s*[)\]]$/iu;

/**
 * Passes an answer on as it is written. A quotation that is not in the document loses its marks; a page mark that names a
 * page the model has not seen is dropped; one that follows a quotation from elsewhere is put right.
 */
export async function* checkAnswer(
  pieces: AsyncIterable<string>,
  rules: AnswerRules,
): AsyncGenerator<string> {
  const checker = new Checker(rules);
  for await (const piece of pieces) {
    const text = checker.push(piece);
    if (text !== '') yield text;
  }
  const rest = checker.end();
  if (rest !== '') yield rest;
}

class Checker {
  readonly #rules: AnswerRules;
  #held = '';
  /** Pages of the quotation just written, until other words follow. */
  #quoted: readonly number[] = [];

  constructor(rules: AnswerRules) {
    this.#rules = rules;
  }

  push(piece: string): string {
    this.#held += piece;
    return this.#drain(false);
  }

  end(): string {
    return this.#drain(true);
  }

  #drain(isEnd: boolean): string {
    let out = '';
    for (;;) {
      const start = this.#held.search(/\s*[([]|["“„«「『]/u);
      if (start === -1) {
        // Spaces at the end may stand before a mark that will be dropped.
        const keep = isEnd ? 0 : this.#held.length - this.#held.trimEnd().length;
        return out + this.#pass(this.#held.length - keep);
      }
      out += this.#pass(start);
      const done = /^\s*[([]/.test(this.#held) ? this.#takeMark(isEnd) : this.#takeQuote(isEnd);
      if (done === undefined) return out;
      out += done;
    }
  }

  /** Plain text up to `length`. */
  #pass(length: number): string {
    const text = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    if (/[\p{L}\p{N}]/u.test(text)) this.#quoted = [];
    return text;
  }

  /** `undefined`: more of it has to arrive. */
  #takeMark(isEnd: boolean): string | undefined {
    const open = this.#held.search(/[([]/);
    const close = this.#held.slice(0, open + MARK_UNITS_MAX).search(/[)\]]/);
    if (close === -1) {
      if (!isEnd && this.#held.length < open + MARK_UNITS_MAX) return undefined;
      return this.#pass(open + 1);
    }
    const mark = PAGE_MARK.exec(this.#held.slice(open, close + 1));
    if (mark === null) return this.#pass(open + 1);
    const space = this.#held.slice(0, open);
    this.#held = this.#held.slice(close + 1);
    const shown = this.#marksOf(mark[1] ?? '');
    return shown === '' ? '' : `${space}(${shown})`;
  }

  #marksOf(numbers: string): string {
    const { unit, mayCite } = this.#rules;
    if (unit === 'none') return '';
    const [quotedOn] = this.#quoted;
    const cited: [number, number][] = [];
    for (const [, first = '', last] of numbers.matchAll(/(\d+)(?:\s*[-–—]\s*(\d+))?/g)) {
      const from = Number(first);
      const to = Number(last ?? first);
      if (from <= to && mayCite(from) && mayCite(to)) cited.push([from, to]);
    }
    const isTrue =
      quotedOn === undefined ||
      cited.some(([from, to]) => this.#quoted.some((page) => page >= from && page <= to));
    if (!isTrue) return pageMark(unit, quotedOn ?? 1);
    return cited.map(([from, to]) => pageMark(unit, from, to)).join(', ');
  }

  #takeQuote(isEnd: boolean): string | undefined {
    const open = this.#held.charAt(0);
    const closers = CLOSERS[open] ?? '';
    let close = -1;
    for (let place = 1; place < Math.min(this.#held.length, QUOTE_UNITS_MAX) && close === -1; place++) {
      if (closers.includes(this.#held.charAt(place))) close = place;
    }
    if (close === -1) {
      if (!isEnd && this.#held.length < QUOTE_UNITS_MAX) return undefined;
      this.#held = this.#held.slice(1);
      return '';
    }
    const words = this.#held.slice(1, close);
    const end = this.#held.charAt(close);
    this.#held = this.#held.slice(close + 1);
    const pages = this.#pagesOf(words);
    this.#quoted = pages;
    return pages.length > 0 ? `${open}${words}${end}` : words;
  }

  /** Words left out in the middle are allowed if every part stands in the document. */
  #pagesOf(words: string): number[] {
    const parts = words.split(/\s*(?:\[?(?:…|\.\.\.)\]?)\s*/).filter((part) => part !== '');
    const found = parts.map((part) => this.#rules.quotes.pagesOf(part));
    return found.every((pages) => pages.length > 0) ? (found[0] ?? []) : [];
  }
}
