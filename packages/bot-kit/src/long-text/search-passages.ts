// Where in the document do these words stand? Answered here: nothing is sent to anybody.
import { type DocumentText, pageMark } from '../readers/document-text.js';
import { createPassageIndex, type PassageIndex } from './passage-index.js';
import { termsOf } from './terms-of.js';

export interface SearchOptions {
  readonly document: DocumentText;
  /** Of the same document, to search it more than once. */
  readonly index?: PassageIndex | undefined;
  readonly query: string;
  /** Default 10. */
  readonly limit?: number | undefined;
}

export interface FoundPassage {
  readonly page: number;
  /** `p. 12`; empty where the document has no pages. */
  readonly mark: string;
  /** The sentences around the words, as they stand. */
  readonly text: string;
}

const LIMIT = 10;
const SHOWN_UNITS = 400;

/** Best first. */
export async function searchPassages(options: SearchOptions): Promise<FoundPassage[]> {
  const { document, query, limit = LIMIT } = options;
  const index = options.index ?? (await createPassageIndex(document));
  const wanted = new Set(termsOf(query));
  return index
    .rank(query)
    .slice(0, limit)
    .flatMap((number) => {
      const best = bestPage(index.passages[number]?.pages ?? [], wanted);
      if (best === undefined) return [];
      return [{ page: best.page, mark: pageMark(document.unit, best.page), text: best.text }];
    });
}

/** A passage may run over a page: the part with most of the words counts. */
function bestPage(
  pages: DocumentText['pages'],
  wanted: ReadonlySet<string>,
): { page: number; text: string } | undefined {
  let best: { page: number; text: string; hits: number } | undefined;
  for (const { number, text } of pages) {
    const { shown, hits } = bestWindow(text, wanted);
    if (hits > (best?.hits ?? 0)) best = { page: number, text: shown, hits };
  }
  return best;
}

function bestWindow(text: string, wanted: ReadonlySet<string>): { shown: string; hits: number } {
  const sentences = text.split(/(?<=[.!?…。！？])\s+|\n{2,}|(?<=[。！？])/u);
  let shown = '';
  let most = 0;
  for (const [index, sentence] of sentences.entries()) {
    const hits = new Set(termsOf(sentence).filter((term) => wanted.has(term))).size;
    if (hits <= most) continue;
    most = hits;
    shown = [sentence, ...sentences.slice(index + 1, index + 3)].reduce((sum, next) =>
      sum.length + next.length < SHOWN_UNITS ? `${sum} ${next}` : sum,
    );
  }
  return { shown: shown.length <= SHOWN_UNITS ? shown : cut(shown), hits: most };
}

function cut(text: string): string {
  const head = text.slice(0, SHOWN_UNITS);
  return `${head.slice(0, Math.max(head.lastIndexOf(' '), SHOWN_UNITS / 2)).replace(/[\ud800-\udbff]$/, '')} …`;
}
