// Which files can the operator's own readers open, and what of theirs is believed? Pages of text, within the limits of every document.
import { CocoonError } from '@cocoonkit/sdk';
import { callHook, type HookBoundary, type HookOptions } from '../hooks/call-hook.js';
import type { FileHints } from '../readers/detect-kind.js';
import { documentError } from '../readers/document-error.js';
import { DocumentFailure } from '../readers/document-failure.js';
import type { DocumentLimits } from '../readers/document-limits.js';
import type { DocumentText, PageText, PageUnit } from '../readers/document-text.js';
import { PageSink } from '../readers/page-sink.js';

/** Opens a type of file that the kit does not know. It runs in the bot's own process: what blocks, blocks the bot. */
export interface FileReader {
  /** Of the file's name, without the dot: `['msg']`. */
  readonly extensions?: readonly string[] | undefined;
  /** As Telegram or a fetcher says it, without parameters. */
  readonly mime?: readonly string[] | undefined;
  /** True to take the place of one of the kit's own readers. Without it, a type the kit reads is refused at start. */
  readonly replacesBuiltIn?: boolean | undefined;
  /** What the pages are counted as; default `none`: nothing is cited by number. */
  readonly unit?: PageUnit | undefined;
  /** Pages in order. `bytes` are zeroed afterwards. Whatever it throws, the person reads that the file could not be opened; `refusal()` says more. */
  read(
    bytes: Uint8Array<ArrayBuffer>,
    options: HookOptions & { readonly limits: DocumentLimits },
  ): Iterable<string> | AsyncIterable<string> | Promise<Iterable<string>>;
}

const BUILT_IN_EXTENSIONS =
  /^(?:pdf|docx|pptx|xlsx|odt|epub|x?html?|txt|md|markdown|csv|tsv|json|srt|vtt|docm|xlsm|pptm)$/;
const BUILT_IN_MIME =
  /^(?:text\/.+|application\/(?:pdf|json|epub\+zip|xhtml\+xml|vnd\.oasis\.opendocument\.text|vnd\.openxmlformats-officedocument\..+))$/;

/** @throws CocoonError `OPTIONS_INVALID` */
export function checkReaders(readers: readonly FileReader[] = []): void {
  for (const { extensions = [], mime = [], replacesBuiltIn = false, read } of readers) {
    if (typeof read !== 'function') throw invalid('have a function `read`');
    if (extensions.length + mime.length === 0) throw invalid('name `extensions` or `mime`');
    if (!extensions.every((one) => /^[a-z0-9]{1,16}$/.test(one)))
      throw invalid('name extensions in small letters, without the dot');
    const taken =
      extensions.some((one) => BUILT_IN_EXTENSIONS.test(one)) || mime.some((one) => BUILT_IN_MIME.test(one));
    if (taken && !replacesBuiltIn)
      throw invalid('say `replacesBuiltIn: true` for a type the kit reads itself');
  }
}

export function readerFor(
  readers: readonly FileReader[] = [],
  { name = '', mime = '' }: FileHints,
): FileReader | undefined {
  const ending = /\.([a-z0-9]{1,16})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const type = mime.split(';')[0]?.trim().toLowerCase() ?? '';
  return readers.find(
    (one) => one.extensions?.includes(ending) === true || one.mime?.includes(type) === true,
  );
}

/** @throws CocoonError a code of `DOCUMENT_CODES`, or a `refusal()`; nothing of the document is in it */
export async function readWith(
  reader: FileReader,
  bytes: Uint8Array<ArrayBuffer>,
  { limits, ...boundary }: Omit<HookBoundary, 'ms'> & { limits: DocumentLimits },
): Promise<DocumentText> {
  const pages: PageText[] = [];
  const sink = new PageSink(limits, (page) => pages.push(page));
  let failure: DocumentFailure | undefined;
  try {
    if (bytes.length > limits.maxBytes)
      throw documentError('DOCUMENT_TOO_BIG', { limit: 'bytes', most: limits.maxBytes });
    await callHook(
      'readers',
      async (options) => {
        for await (const page of await reader.read(bytes, { ...options, limits })) {
          if (options.signal.aborted) return;
          try {
            sink.page(String(page));
          } catch (error) {
            // Its own limit, not the reader's fault.
            if (error instanceof DocumentFailure) failure = error;
            return;
          }
        }
      },
      { ...boundary, ms: limits.timeoutMs },
    );
  } catch (error) {
    throw unread(error);
  } finally {
    bytes.fill(0);
  }
  if (failure !== undefined) throw documentError(failure.code, failure.details);
  if (!sink.hasText) throw documentError('DOCUMENT_EMPTY');
  return { kind: 'text', unit: reader.unit ?? 'none', pages, warnings: sink.warnings };
}

function unread(error: unknown): unknown {
  if (!(error instanceof CocoonError)) return error;
  if (error.code === 'HOOK_FAILED') return documentError('DOCUMENT_UNREADABLE');
  if (error.code === 'HOOK_TIMEOUT') return documentError('DOCUMENT_TIMEOUT');
  return error;
}

function invalid(expected: string): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'OPTIONS_INVALID',
    message: `privateAI(): each of \`readers\` must ${expected}.`,
    remedy: 'Correct the option.',
    details: { field: 'readers' },
  });
}
