// What does an OpenDocument text say? (OASIS ODF 1.3 part 3)
import { DocumentFailure } from '../document-failure.js';
import type { PageSink, ReadResult } from '../page-sink.js';
import { textOfElement } from './office-parts.js';
import type { Zip } from './open-zip.js';
import { attribute, scanXml } from './scan-xml.js';
import { TextBuilder } from './text-builder.js';

const SKIPPED = new Set(['tracked-changes', 'annotation', 'note-citation', 'forms']);
const SPACES_MAX = 100;

/** @throws DocumentFailure `DOCUMENT_ENCRYPTED`, `DOCUMENT_UNREADABLE`, … */
export function readOdt(zip: Zip, sink: PageSink): ReadResult {
  const isLocked =
    zip.has('META-INF/manifest.xml') && /<[\w:]*encryption-data\b/.test(zip.text('META-INF/manifest.xml'));
  if (isLocked) throw new DocumentFailure('DOCUMENT_ENCRYPTED');
  const pages = readContent(zip.text('content.xml'), sink);
  const meta = zip.has('meta.xml') ? zip.text('meta.xml') : '';
  const count = Number(/meta:page-count="(\d{1,6})"/.exec(meta)?.[1] ?? Number.NaN);
  const hasPages = pages.length > 1 && (Number.isNaN(count) || count === pages.length);
  if (hasPages) sink.expect(pages.length);
  for (const page of hasPages ? pages : [pages.join('')]) sink.page(page);
  const title = meta === '' ? undefined : textOfElement(zip, 'meta.xml', 'title');
  return { kind: 'odt', unit: hasPages ? 'page' : 'none', title };
}

function readContent(xml: string, sink: PageSink): string[] {
  const builder = new TextBuilder(sink);
  let skipped = 0;
  let depth = 0;
  scanXml(xml, {
    open(name, attributes) {
      if (skipped > 0 || SKIPPED.has(name)) {
        skipped++;
        return;
      }
      if (name === 'p' || name === 'h') {
        const level = Math.min(6, Number(attribute(attributes, ':outline-level') ?? 1) || 1);
        if (depth === 0) builder.paragraph(name === 'h' ? `${'#'.repeat(level)} ` : '');
        depth++;
      } else if (name === 'note-body') builder.add(' (');
      else if (name === 'table-cell') builder.openCell();
      else if (name === 'soft-page-break') builder.breakPage();
      else if (name === 'tab') builder.add('\t');
      else if (name === 'line-break') builder.add('\n');
      else if (name === 's')
        builder.add(' '.repeat(Math.min(SPACES_MAX, Number(attribute(attributes, ':c') ?? 1) || 1)));
    },
    close(name) {
      if (skipped > 0) {
        skipped--;
        return;
      }
      if (name === 'p' || name === 'h') depth = Math.max(0, depth - 1);
      else if (name === 'note-body') builder.add(')');
      else if (name === 'table-cell') builder.closeCell();
      else if (name === 'table-row') builder.closeRow();
    },
    text(text) {
      if (depth > 0 && skipped === 0) builder.add(text.replace(/\s+/g, ' '));
    },
  });
  return builder.finish();
}
