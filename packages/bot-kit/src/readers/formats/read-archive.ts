// Which document is this zip archive? By its own table of contents, never by the file's name.
import { DocumentFailure } from '../document-failure.js';
import type { PageSink, ReadResult } from '../page-sink.js';
import { findMainPart } from './office-parts.js';
import { openZip } from './open-zip.js';
import { readDocx } from './read-docx.js';
import { readOdt } from './read-odt.js';
import { readPptx } from './read-pptx.js';
import { readXlsx } from './read-xlsx.js';

const EPUB = 'application/epub+zip';
const ODT = /^application\/vnd\.oasis\.opendocument\.text(?:-template)?$/;

export async function readArchive(bytes: Uint8Array, sink: PageSink): Promise<ReadResult> {
  const zip = openZip(bytes);
  const type = zip.has('mimetype') ? zip.text('mimetype').trim() : '';
  if (type === EPUB) return (await import('./read-epub.js')).readEpub(zip, sink);
  if (ODT.test(type)) return readOdt(zip, sink);
  const main = findMainPart(zip);
  if (main === undefined) throw new DocumentFailure('DOCUMENT_UNSUPPORTED', { type: 'zip' });
  switch (main.kind) {
    case 'docx':
      return readDocx(zip, main.name, sink);
    case 'pptx':
      return readPptx(zip, main.name, sink);
    case 'xlsx':
      return readXlsx(zip, main.name, sink);
    default:
      return main.kind satisfies never;
  }
}
