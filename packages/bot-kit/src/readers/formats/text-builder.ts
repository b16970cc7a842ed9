// How do the tags of a word processor become lines? Paragraphs apart, table rows in one line each, notes after their paragraph.
import type { PageSink } from '../page-sink.js';

/** Every reader of a zipped format writes through one of these, so that a page never outgrows the limits unseen. */
export class TextBuilder {
  readonly #sink: PageSink;
  readonly #pages: string[] = [];
  #text = '';
  #row: string[] = [];
  #cell = '';
  /** Tables stand in cells of tables. */
  #depth = 0;
  #length = 0;

  constructor(sink: PageSink) {
    this.#sink = sink;
  }

  /** @throws DocumentFailure `DOCUMENT_TOO_BIG` */
  add(text: string): void {
    if (text === '') return;
    this.#length += text.length;
    this.#sink.reserve(this.#length);
    if (this.#depth > 0) this.#cell += text;
    else this.#text += text;
  }

  paragraph(prefix = ''): void {
    this.add(this.#depth > 0 ? ' ' : `\n\n${prefix}`);
  }

  openCell(): void {
    this.#depth++;
  }

  closeCell(): void {
    this.#depth = Math.max(0, this.#depth - 1);
    if (this.#depth > 0) this.add(' ');
    else {
      this.#row.push(oneLine(this.#cell));
      this.#cell = '';
    }
  }

  closeRow(): void {
    if (this.#depth > 0) return;
    while (this.#row.at(-1) === '') this.#row.pop();
    this.#flushRow();
  }

  /** What stands of a table row so far belongs to the page before. */
  breakPage(): void {
    if (this.#cell.trim() !== '') this.#row.push(oneLine(this.#cell));
    this.#cell = '';
    this.#flushRow();
    this.#pages.push(this.#text);
    this.#text = '';
  }

  /** All pages; one if there was no break. */
  finish(): string[] {
    this.#flushRow();
    return [...this.#pages, this.#text];
  }

  #flushRow(): void {
    if (this.#row.length > 0) this.#text += `\n${this.#row.join(' | ')}`;
    this.#row = [];
  }
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
