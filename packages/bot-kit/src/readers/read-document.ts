// What does this file say? One thread for one document, with a limit on everything.
import { CocoonError } from '@cocoonkit/sdk';
import { type Clock, systemClock } from '../clock.js';
import type { FileHints } from './detect-kind.js';
import { documentError } from './document-error.js';
import { DOCUMENT_LIMITS, type DocumentLimits } from './document-limits.js';
import type { DocumentText, PageText } from './document-text.js';
import { startReaderThread } from './start-reader-thread.js';
import type { ThreadAnswer } from './thread-messages.js';

export interface ReadProgress {
  /** Pages read so far. */
  readonly page: number;
  /** How many there are, where the format says so before its end. */
  readonly of: number | undefined;
}

export interface ReadDocumentOptions extends FileHints {
  /** They are taken over: whoever calls holds empty or zeroed bytes afterwards. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly limits?: Partial<DocumentLimits> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/**
 * Reads a document in a thread of its own, in memory only. The type comes from the bytes; `name` and `mime` tell kinds of
 * plain text apart and appear nowhere.
 *
 * @throws CocoonError kind `config` with a code of `DOCUMENT_CODES`; kind `aborted`, `ABORTED`, when the signal fires. No
 * error holds text, title or name of the document.
 */
export async function readDocument(options: ReadDocumentOptions): Promise<DocumentText> {
  const { name, mime, signal } = options;
  const limits = { ...DOCUMENT_LIMITS, ...options.limits };
  const found = options.bytes.length;
  if (signal?.aborted || found > limits.maxBytes) {
    options.bytes.fill(0);
    if (signal?.aborted) throw aborted();
    throw documentError('DOCUMENT_TOO_BIG', { limit: 'bytes', most: limits.maxBytes, found });
  }
  const bytes = takeOver(options.bytes);
  const thread = await startReaderThread({ bytes, hints: { name, mime }, limits });
  const ended = new AbortController();
  try {
    return await new Promise<DocumentText>((resolve, reject) => {
      const pages: PageText[] = [];
      thread.on('message', (answer: ThreadAnswer) => {
        switch (answer.type) {
          case 'page':
            pages.push(answer.page);
            options.onProgress?.({ page: answer.page.number, of: answer.of });
            return;
          case 'done':
            return resolve({ ...answer.result, pages, warnings: answer.warnings });
          case 'failed':
            return reject(documentError(answer.code, answer.details));
          default:
            return answer satisfies never;
        }
      });
      thread.on('error', (cause) => reject(threadError(cause, limits)));
      thread.on('exit', () => reject(documentError('DOCUMENT_UNREADABLE')));
      signal?.addEventListener('abort', () => reject(aborted()), { once: true, signal: ended.signal });
      if (signal?.aborted) reject(aborted());
      (options.clock ?? systemClock).sleep(limits.timeoutMs, ended.signal).then(
        () => reject(documentError('DOCUMENT_TIMEOUT', { milliseconds: limits.timeoutMs })),
        () => undefined,
      );
    });
  } finally {
    ended.abort();
    await thread.terminate();
  }
}

/** A buffer of its own is handed over; a part of a larger one (Node's pool) is copied, and wiped where it was. */
function takeOver(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const isOwn =
    bytes.byteLength === bytes.buffer.byteLength && Object.getPrototypeOf(bytes) === Uint8Array.prototype;
  if (isOwn) return bytes;
  const copy = new Uint8Array(bytes);
  bytes.fill(0);
  return copy;
}

/** Messages of the thread's own errors may quote the document: only the kind of end counts. */
function threadError(cause: unknown, limits: DocumentLimits): CocoonError {
  const outOfMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return outOfMemory
    ? documentError('DOCUMENT_TOO_COMPLEX', { megabytes: limits.maxMemoryMegabytes })
    : documentError('DOCUMENT_UNREADABLE');
}

function aborted(): CocoonError {
  return new CocoonError({
    kind: 'aborted',
    code: 'ABORTED',
    message: 'Reading the document was stopped.',
    remedy: 'Send it again to read it.',
  });
}
