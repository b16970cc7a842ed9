// Where readers put the text they find: one page after the other, within the limits.
import { cleanText } from './clean-text.js';
import { DocumentFailure } from './document-failure.js';
import type { DocumentLimits } from './document-limits.js';
import type {
  DocumentKind,
  DocumentWarning,
  DocumentWarningCode,
  PageText,
  PageUnit,
} from './document-text.js';

export interface ReadResult {
  readonly kind: DocumentKind;
  readonly unit: PageUnit;
  readonly title?: string | undefined;
}

export class PageSink {
  readonly #limits: DocumentLimits;
  readonly #send: (page: PageText, of: number | undefined) => void;
  readonly #warnings = new Map<DocumentWarningCode, number[]>();
  #pages = 0;
  #characters = 0;
  #hasText = false;
  #of: number | undefined;

  /** `send` gets every page at once; `of` is how many there will be, where the format says so. */
  constructor(limits: DocumentLimits, send: (page: PageText, of: number | undefined) => void) {
    this.#limits = limits;
    this.#send = send;
  }

  /** @throws DocumentFailure `DOCUMENT_TOO_BIG` before a page is read */
  expect(pages: number): void {
    this.#checkPages(pages);
    this.#of = pages;
  }

  /** The next page, `''` if it has no text. @throws DocumentFailure `DOCUMENT_TOO_BIG` */
  page(raw: string): void {
    this.#pages++;
    this.#checkPages(this.#pages);
    // Cleaning never lengthens a text, so what is too long is refused before the work.
    this.reserve(raw.length);
    const text = cleanText(raw);
    this.#characters += text.length;
    this.#hasText ||= /[\p{L}\p{N}]/u.test(text);
    this.#send({ number: this.#pages, text }, this.#of);
  }

  /** For readers that build a page from pieces: would so many more characters fit? @throws DocumentFailure `DOCUMENT_TOO_BIG` */
  reserve(characters: number): void {
    const { maxCharacters } = this.#limits;
    if (this.#characters + characters <= maxCharacters) return;
    throw new DocumentFailure('DOCUMENT_TOO_BIG', { limit: 'characters', most: maxCharacters });
  }

  /** `page`: default the one added last; `'all'` for the document. */
  warn(code: DocumentWarningCode, page: number | 'all' = this.#pages): void {
    const pages = this.#warnings.get(code) ?? [];
    if (page !== 'all') pages.push(page);
    this.#warnings.set(code, pages);
  }

  get hasText(): boolean {
    return this.#hasText;
  }

  get warnings(): DocumentWarning[] {
    return [...this.#warnings].map(([code, pages]) => (pages.length === 0 ? { code } : { code, pages }));
  }

  #checkPages(found: number): void {
    const { maxPages } = this.#limits;
    if (found > maxPages) {
      throw new DocumentFailure('DOCUMENT_TOO_BIG', { limit: 'pages', most: maxPages, found });
    }
  }
}
