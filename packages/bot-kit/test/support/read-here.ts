// Reads a document without a thread: for the many cases whose matter is the reading itself.
import type { FileHints } from '../../src/readers/detect-kind.js';
import { documentError } from '../../src/readers/document-error.js';
import { DOCUMENT_LIMITS } from '../../src/readers/document-limits.js';
import type { DocumentText, PageText } from '../../src/readers/document-text.js';
import { readBytes } from '../../src/readers/read-bytes.js';

/** As `readDocument`, without its guards of time and memory. */
export async function readHere(bytes: Uint8Array<ArrayBuffer>, hints: FileHints = {}): Promise<DocumentText> {
  const pages: PageText[] = [];
  const outcome = await readBytes({ bytes, hints, limits: DOCUMENT_LIMITS }, (answer) => {
    if (answer.type === 'page') pages.push(answer.page);
  });
  switch (outcome.type) {
    case 'done':
      return { ...outcome.result, pages, warnings: outcome.warnings };
    case 'failed':
      throw documentError(outcome.code, outcome.details);
    default:
      throw new Error('A page is no outcome.');
  }
}
