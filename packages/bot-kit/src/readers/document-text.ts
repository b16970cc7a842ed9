// What is a document once it has been read: its text, page by page, and what could not be read.

/** What the bytes turned out to be, whatever the file was called. */
export type DocumentKind =
  | 'pdf'
  | 'docx'
  | 'pptx'
  | 'xlsx'
  | 'odt'
  | 'epub'
  | 'html'
  | 'markdown'
  | 'csv'
  | 'json'
  | 'subtitles'
  | 'text';

/** What the numbers of `pages` count. `none`: the format knows no pages, and nothing may be cited by number. */
export type PageUnit = 'page' | 'slide' | 'sheet' | 'chapter' | 'none';

export interface PageText {
  /** As a reader of the document counts: from 1. */
  readonly number: number;
  /** Line feeds only, no control characters, no form feeds. Empty when the page has no text. */
  readonly text: string;
}

/** `pages` is there when the warning is about some pages and not about all. */
export interface DocumentWarning {
  readonly code: DocumentWarningCode;
  readonly pages?: readonly number[] | undefined;
}

/**
 * `PAGES_WITHOUT_TEXT`: pictures or empty. `PAGES_UNREADABLE`: damaged. `ENCODING_GUESSED`: no Unicode, so letters may be
 * wrong. `FILE_DAMAGED`: read as far as possible.
 */
export type DocumentWarningCode =
  | 'PAGES_WITHOUT_TEXT'
  | 'PAGES_UNREADABLE'
  | 'ENCODING_GUESSED'
  | 'FILE_DAMAGED';

export interface DocumentText {
  readonly kind: DocumentKind;
  readonly unit: PageUnit;
  /** From the document itself; text of its author. */
  readonly title?: string | undefined;
  readonly pages: readonly PageText[];
  readonly warnings: readonly DocumentWarning[];
}

const MARKS: Readonly<Record<Exclude<PageUnit, 'none'>, string>> = {
  page: 'p.',
  slide: 'slide',
  sheet: 'sheet',
  chapter: 'ch.',
};

/** `p. 12`, or `p. 3–5` for a range; empty where the document has no pages. */
export function pageMark(unit: PageUnit, from: number, to: number = from): string {
  if (unit === 'none') return '';
  return from === to ? `${MARKS[unit]} ${from}` : `${MARKS[unit]} ${from}–${to}`;
}
