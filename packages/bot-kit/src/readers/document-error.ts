// Why was a document not read, and what can its sender do about it? Never a word of the document.
import { CocoonError } from '@cocoonkit/sdk';
import type { DocumentCode, DocumentDetails } from './document-failure.js';

const REASONS = {
  DOCUMENT_TOO_BIG: [
    'The document is larger than the limit.',
    'Send a smaller document, or the part that matters.',
  ],
  DOCUMENT_ENCRYPTED: [
    'The document is locked with a password.',
    'Send an unlocked copy. Never send the password.',
  ],
  DOCUMENT_SCANNED: [
    'The document holds pictures of text, and no text.',
    'Send a version with a text layer, or the text itself.',
  ],
  DOCUMENT_UNREADABLE: ['The document is damaged.', 'Send it again, or save it anew first.'],
  DOCUMENT_UNSUPPORTED: [
    'This type of file cannot be read.',
    'Send PDF, DOCX, PPTX, XLSX, ODT, EPUB, HTML or a text file.',
  ],
  DOCUMENT_EMPTY: ['The document has no text.', 'Send another document.'],
  DOCUMENT_UNSAFE: [
    'The document is built in a way that no ordinary program builds one.',
    'Save it anew with the program it belongs to, and send that.',
  ],
  ARCHIVE_BOMB: [
    'The document would unpack to far more than its size.',
    'Save it anew with the program it belongs to, and send that.',
  ],
  DOCUMENT_TOO_COMPLEX: [
    'Reading the document takes more memory than is allowed.',
    'Send the part that matters, or its text.',
  ],
  DOCUMENT_TIMEOUT: ['Reading the document took too long.', 'Send the part that matters, or its text.'],
} as const satisfies Record<DocumentCode, readonly [message: string, remedy: string]>;

/** What `readDocument` throws: kind `config`, no content. */
export function documentError(code: DocumentCode, details: DocumentDetails = {}): CocoonError {
  const [message, remedy] = REASONS[code];
  return new CocoonError({ kind: 'config', code, message, remedy, details });
}
