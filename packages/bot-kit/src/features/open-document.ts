// Which document is a person asking about? The one they sent last, kept encrypted and not for long.
import { CocoonError } from '@cocoonkit/sdk';
import type { Records } from '../kit/records.js';
import type { DocumentText } from '../readers/document-text.js';

const NAME = 'document';
/** However often it is used, a document is never kept longer than this. */
const LONGEST_MS = 24 * 3_600_000;

export interface OpenDocument {
  /** As its sender named it. */
  readonly name: string;
  readonly document: DocumentText;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
}

export interface OpenDocuments {
  /** Each use begins its time anew. */
  find(): Promise<OpenDocument | undefined>;
  /** @throws CocoonError `DOCUMENT_NOT_OPEN` */
  need(): Promise<OpenDocument>;
  open(name: string, document: DocumentText): Promise<void>;
  close(): Promise<void>;
}

export function openDocuments({
  records,
  ttlMs,
  now,
}: {
  records: Records;
  ttlMs: number;
  now: () => number;
}): OpenDocuments {
  const keep = async (open: OpenDocument): Promise<void> => {
    const left = open.openedAt + LONGEST_MS - now();
    if (left <= 0) return records.delete(NAME);
    await records.set(NAME, JSON.stringify(open), Math.min(ttlMs, left));
  };
  const find = async (): Promise<OpenDocument | undefined> => {
    const open = parseOpen(await records.get(NAME));
    if (open !== undefined) await keep(open);
    return open;
  };
  return {
    find,
    async need() {
      const open = await find();
      if (open === undefined) throw notOpen();
      return open;
    },
    open: (name, document) => keep({ name, document, openedAt: now() }),
    close: () => records.delete(NAME),
  };
}

/** Written by this file and authenticated by the store: only its outer shape can be of an older version. */
function parseOpen(text: string | undefined): OpenDocument | undefined {
  if (text === undefined) return undefined;
  try {
    const value: Partial<OpenDocument> = JSON.parse(text);
    if (typeof value.name !== 'string' || typeof value.openedAt !== 'number') return undefined;
    if (!Array.isArray(value.document?.pages)) return undefined;
    return { name: value.name, openedAt: value.openedAt, document: value.document };
  } catch {
    return undefined;
  }
}

function notOpen(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'DOCUMENT_NOT_OPEN',
    message: 'There is no open document.',
    remedy: 'Send one first.',
  });
}
