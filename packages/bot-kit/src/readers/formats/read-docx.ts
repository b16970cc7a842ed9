// What does a Word document say? Its text as it stands after all changes, with headings, tables and notes.
import type { PageSink, ReadResult } from '../page-sink.js';
import { readOfficeTitle, readRelations, textOfElement } from './office-parts.js';
import type { Zip } from './open-zip.js';
import { attribute, scanXml } from './scan-xml.js';
import { TextBuilder } from './text-builder.js';

/** Shown twice for older programs, or no text of the document. */
const SKIPPED = new Set(['Fallback', 'del', 'moveFrom', 'instrText', 'delText']);
const HEADING = /^(?:heading|berschrift|titre|t[ií]?tulo|titolo)\s?([1-6])$/i;

/** Pages are those the program that saved it last had laid out; without its marks there are none. */
export function readDocx(zip: Zip, main: string, sink: PageSink): ReadResult {
  const relations = [...readRelations(zip, main).values()];
  const notesPart = relations.find(({ type }) => type === 'footnotes')?.target;
  const notes = notesPart === undefined ? new Map<string, string>() : readNotes(zip.text(notesPart), sink);
  const pages = readBody(zip.text(main), notes, sink);
  const count = Number(textOfElement(zip, 'docProps/app.xml', 'Pages') ?? Number.NaN);
  // Where the program counted other pages than it marked, a page number would be a guess.
  const hasPages = pages.length > 1 && (Number.isNaN(count) || count === pages.length);
  if (hasPages) sink.expect(pages.length);
  for (const page of hasPages ? pages : [pages.join('')]) sink.page(page);
  return { kind: 'docx', unit: hasPages ? 'page' : 'none', title: readOfficeTitle(zip) };
}

function readBody(xml: string, notes: ReadonlyMap<string, string>, sink: PageSink): string[] {
  const builder = new TextBuilder(sink);
  let skipped = 0;
  let isText = false;
  let waiting: string[] = [];
  scanXml(xml, {
    open(name, attributes) {
      if (skipped > 0 || SKIPPED.has(name)) {
        skipped++;
        return;
      }
      isText = name === 't';
      if (name === 'p') builder.paragraph();
      else if (name === 'tc') builder.openCell();
      else if (name === 'pStyle') builder.add(headingMark(attribute(attributes, ':val') ?? ''));
      else if (name === 'lastRenderedPageBreak') builder.breakPage();
      else if (name === 'footnoteReference')
        waiting.push(notes.get(attribute(attributes, ':id') ?? '') ?? '');
      else builder.add(signOf(name));
    },
    close(name) {
      isText = false;
      if (skipped > 0) {
        skipped--;
        return;
      }
      if (name === 'tc') builder.closeCell();
      else if (name === 'tr') builder.closeRow();
      else if (name === 'p') {
        for (const note of waiting.filter((text) => text !== '')) builder.add(`\n(${note})`);
        waiting = [];
      }
    },
    text(text) {
      if (isText && skipped === 0) builder.add(text);
    },
  });
  return builder.finish();
}

/** Notes 0 and -1 are the lines between text and notes. */
function readNotes(xml: string, sink: PageSink): Map<string, string> {
  const notes = new Map<string, string>();
  let id = '';
  let text = '';
  let isText = false;
  scanXml(xml, {
    open(name, attributes) {
      isText = name === 't';
      if (name !== 'footnote') return;
      id = attribute(attributes, ':id') ?? '';
      text = '';
    },
    close(name) {
      isText = false;
      if (name === 'footnote') notes.set(id, text.trim());
    },
    text(part) {
      if (!isText) return;
      sink.reserve(text.length + part.length);
      text += part;
    },
  });
  return notes;
}

function headingMark(style: string): string {
  const level = /^title$/i.test(style) ? 1 : Number(HEADING.exec(style)?.[1] ?? 0);
  return level === 0 ? '' : `${'#'.repeat(level)} `;
}

function signOf(name: string): string {
  if (name === 'tab') return '\t';
  if (name === 'br' || name === 'cr') return '\n';
  return name === 'noBreakHyphen' ? '-' : '';
}
