// The thread that reads one document: hostile bytes in, text or a code out. It lives as long as that document.
import { parentPort, workerData } from 'node:worker_threads';
import { detectKind } from './detect-kind.js';
import { DocumentFailure } from './document-failure.js';
import { PageSink, type ReadResult } from './page-sink.js';
import type { ThreadAnswer, ThreadTask } from './thread-messages.js';

/** Only the module that starts this thread sends to it. */
const task: ThreadTask = workerData;

const answer = (message: ThreadAnswer): void => parentPort?.postMessage(message);

answer(await run(task));

async function run({ bytes, hints, limits }: ThreadTask): Promise<ThreadAnswer> {
  const sink = new PageSink(limits, (page, of) => answer({ type: 'page', page, of }));
  try {
    const result = await read(bytes, hints, sink);
    if (!sink.hasText) throw new DocumentFailure('DOCUMENT_EMPTY');
    return { type: 'done', result, warnings: sink.warnings };
  } catch (cause) {
    // Errors of libraries may quote the document, so nothing of them leaves this thread.
    const { code, details } =
      cause instanceof DocumentFailure ? cause : new DocumentFailure('DOCUMENT_UNREADABLE');
    return { type: 'failed', code, details };
  } finally {
    // A library may have taken the buffer over; then its memory goes with the thread.
    if (bytes.length > 0) bytes.fill(0);
  }
}

async function read(bytes: Uint8Array, hints: ThreadTask['hints'], sink: PageSink): Promise<ReadResult> {
  const kind = detectKind(bytes, hints);
  switch (kind) {
    case 'pdf':
      return (await import('./formats/read-pdf.js')).readPdf(bytes, sink);
    case 'zip':
    case 'html':
      throw new DocumentFailure('DOCUMENT_UNSUPPORTED');
    default:
      return (await import('./formats/read-plain.js')).readPlain(bytes, kind, sink);
  }
}
