// What do the reading thread and the module that starts it say to each other?
import type { FileHints } from './detect-kind.js';
import type { DocumentCode, DocumentDetails } from './document-failure.js';
import type { DocumentLimits } from './document-limits.js';
import type { DocumentWarning, PageText } from './document-text.js';
import type { ReadResult } from './page-sink.js';

/** `bytes` belong to the thread from here on. */
export interface ThreadTask {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly hints: FileHints;
  readonly limits: DocumentLimits;
}

/** Pages in order, then one of the others. */
export type ThreadAnswer =
  | { readonly type: 'page'; readonly page: PageText; readonly of: number | undefined }
  | { readonly type: 'done'; readonly result: ReadResult; readonly warnings: readonly DocumentWarning[] }
  | { readonly type: 'failed'; readonly code: DocumentCode; readonly details: DocumentDetails };
