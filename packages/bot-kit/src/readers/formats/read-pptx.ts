// What does a presentation say, slide by slide, with the speaker's notes?
import type { PageSink, ReadResult } from '../page-sink.js';
import { readOfficeTitle, readRelations } from './office-parts.js';
import type { Zip } from './open-zip.js';
import { attribute, scanXml } from './scan-xml.js';
import { TextBuilder } from './text-builder.js';

export function readPptx(zip: Zip, main: string, sink: PageSink): ReadResult {
  const relations = readRelations(zip, main);
  const slides: string[] = [];
  scanXml(zip.text(main), {
    open(name, attributes) {
      if (name !== 'sldId') return;
      const slide = relations.get(attribute(attributes, ':id') ?? '');
      // A slide that is missing keeps its number.
      slides.push(slide?.type === 'slide' ? slide.target : '');
    },
  });
  sink.expect(slides.length);
  for (const slide of slides) {
    if (slide === '') {
      sink.page('');
      sink.warn('PAGES_UNREADABLE');
      continue;
    }
    const notes = [...readRelations(zip, slide).values()].find(({ type }) => type === 'notesSlide');
    const spoken = notes === undefined ? '' : readSlide(zip.text(notes.target), sink);
    const text = readSlide(zip.text(slide), sink);
    sink.page(spoken === '' ? text : `${text}\n\n${spoken}`);
    if (text === '' && spoken === '') sink.warn('PAGES_WITHOUT_TEXT');
  }
  return { kind: 'pptx', unit: 'slide', title: readOfficeTitle(zip) };
}

function readSlide(xml: string, sink: PageSink): string {
  const builder = new TextBuilder(sink);
  let isText = false;
  let isField = false;
  scanXml(xml, {
    open(name, attributes) {
      isText = name === 't';
      if (name === 'p') builder.paragraph();
      else if (name === 'tc') builder.openCell();
      else if (name === 'br') builder.add('\n');
      // Numbers and dates the program fills in.
      else if (name === 'fld') isField = /^(?:slidenum|datetime)/.test(attribute(attributes, 'type') ?? '');
    },
    close(name) {
      isText = false;
      if (name === 'tc') builder.closeCell();
      else if (name === 'tr') builder.closeRow();
      else if (name === 'fld') isField = false;
    },
    text(text) {
      if (isText && !isField) builder.add(text);
    },
  });
  return builder.finish().join('').trim();
}
