// What do these bytes say? All of reading, without the thread around it: hostile bytes in, pages and one outcome out.
import { detectKind, type FileHints } from './detect-kind.js';
import { DocumentFailure } from './document-failure.js';
import { PageSink, type ReadResult } from './page-sink.js';
import type { ThreadAnswer, ThreadTask } from './thread-messages.js';

/** `send` gets pages in order; the outcome is returned. The bytes are zeroed, unless a library took their buffer over. */
export async function readBytes(
  { bytes, hints, limits }: ThreadTask,
  send: (answer: ThreadAnswer) => void,
): Promise<ThreadAnswer> {
  const sink = new PageSink(limits, (page, of) => send({ type: 'page', page, of }));
  try {
    const result = await read(bytes, hints, sink);
    if (!sink.hasText) throw new DocumentFailure('DOCUMENT_EMPTY');
    return { type: 'done', result, warnings: sink.warnings };
  } catch (cause) {
    // Errors of libraries may quote the document, so nothing of them leaves.
    const { code, details } =
      cause instanceof DocumentFailure ? cause : new DocumentFailure('DOCUMENT_UNREADABLE');
    return { type: 'failed', code, details };
  } finally {
    if (bytes.length > 0) bytes.fill(0);
  }
}

/** Libraries are loaded only for the formats that need them. */
async function read(bytes: Uint8Array, hints: FileHints, sink: PageSink): Promise<ReadResult> {
  const kind = detectKind(bytes, hints);
  switch (kind) {
    case 'pdf':
      return (await import('./formats/read-pdf.js')).readPdf(bytes, sink);
    case 'zip':
      return (await import('./formats/read-archive.js')).readArchive(bytes, sink);
    case 'html':
      return (await import('./formats/read-html.js')).readHtml(bytes, sink, charsetOf(hints));
    default:
      return (await import('./formats/read-plain.js')).readPlain(bytes, kind, sink);
  }
}

/** `text/html; charset=koi8-r`: what a web server says. */
function charsetOf({ mime = '' }: FileHints): string | undefined {
  return /;\s*charset\s*=\s*"?([\w-]{2,30})/i.exec(mime)?.[1];
}
