// Do these words stand in the document, word for word, and on which page?
import type { DocumentText } from '../readers/document-text.js';

export interface QuoteIndex {
  /**
   * Pages the words begin on, in order, 10 at most; empty when the document does not have them. Spaces, line breaks, kinds
   * of quotation marks and dashes may differ, and a last stop or comma; nothing else.
   */
  pagesOf(words: string): number[];
}

const PAGES_MAX = 10;

const known = new WeakMap<object, QuoteIndex>();

/** Made once for a document. */
export function quotesOf(document: Pick<DocumentText, 'pages'>): QuoteIndex {
  const index = known.get(document) ?? createQuoteIndex(document);
  known.set(document, index);
  return index;
}

function createQuoteIndex({ pages }: Pick<DocumentText, 'pages'>): QuoteIndex {
  const starts: number[] = [];
  let whole = '';
  for (const { text } of pages) {
    starts.push(whole.length);
    const normal = normalized(text);
    // A sentence may run over the end of a page.
    if (normal !== '') whole += `${normal} `;
  }
  const pageAt = (place: number): number => {
    let low = 0;
    for (let high = starts.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= place) low = middle;
      else high = middle;
    }
    return pages[low]?.number ?? 1;
  };
  return {
    pagesOf(words) {
      const wanted = normalized(words).replace(/[.,;:!?]$/, '');
      const found: number[] = [];
      if (!/[\p{L}\p{N}]/u.test(wanted)) return found;
      for (let place = whole.indexOf(wanted); place !== -1; place = whole.indexOf(wanted, place + 1)) {
        if (!standsAlone(whole, place, place + wanted.length)) continue;
        const page = pageAt(place);
        if (found.at(-1) !== page) found.push(page);
        if (found.length === PAGES_MAX) break;
      }
      return found;
    },
  };
}

/** Not the middle of a longer word. Scripts without spaces have no such middle. */
function standsAlone(text: string, start: number, end: number): boolean {
  return !isWordly(text.slice(start - 1, start + 1)) && !isWordly(text.slice(end - 1, end + 1));
}

/** Two neighbours of one word. */
function isWordly(pair: string): boolean {
  return (
    /^[\p{L}\p{N}]{2}$/u.test(pair) && !/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u.test(pair)
  );
}

function normalized(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[“”„«»‟″「」『』]/g, '"')
    .replace(/[‘’‚‛′]/g, "'")
    .replace(/[‐‑‒–—−]/g, '-')
    .replace(/\s+/g, ' ')
    .trim();
}
