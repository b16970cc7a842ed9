// Which documents is a person asking about? Those they sent last, kept encrypted and not for long.
import { CocoonError } from '@cocoonkit/sdk';
import type { AIContext } from '../feature.js';
import type { Kit } from '../kit/kit.js';
import type { Records } from '../kit/records.js';
import type { DocumentText } from '../readers/document-text.js';
import type { Source } from '../sources/source.js';
import type { Talk } from './talk.js';

const NAME = 'document';
/** However often it is used, a document is never kept longer than this. */
const LONGEST_MS = 24 * 3_600_000;

export interface OpenText {
  readonly kind: Source['kind'];
  /** As its sender named it. */
  readonly name: string;
  readonly document: DocumentText;
  /** Of forwarded messages: who said what. `document` has letters instead of names. */
  readonly talk?: Talk | undefined;
  readonly url?: string | undefined;
}

export interface OpenDocument extends OpenText {
  /** All that came together. */
  readonly texts: readonly OpenText[];
}

interface Kept {
  readonly texts: readonly OpenText[];
  /** The one that questions are about. */
  readonly chosen: number;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
}

export interface OpenDocuments {
  /** Each use begins its time anew. */
  find(): Promise<OpenDocument | undefined>;
  /** @throws CocoonError `DOCUMENT_NOT_OPEN` */
  need(): Promise<OpenDocument>;
  open(texts: readonly OpenText[]): Promise<void>;
  /** Of several, by place. @throws CocoonError `DOCUMENT_NOT_OPEN` */
  choose(index: number): Promise<OpenDocument>;
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
  const keep = async (open: Kept): Promise<void> => {
    const left = open.openedAt + LONGEST_MS - now();
    if (left <= 0) return records.delete(NAME);
    await records.set(NAME, JSON.stringify(open), Math.min(ttlMs, left));
  };
  const use = async (choice?: number): Promise<OpenDocument | undefined> => {
    const open = parseOpen(await records.get(NAME));
    const chosen = choice ?? open?.chosen ?? 0;
    const text = open?.texts[chosen];
    if (open === undefined || text === undefined) return undefined;
    await keep({ ...open, chosen });
    return { ...text, texts: open.texts };
  };
  const need = async (choice?: number): Promise<OpenDocument> => {
    const open = await use(choice);
    if (open === undefined) throw notOpen();
    return open;
  };
  return {
    find: () => use(),
    need: () => need(),
    open: (texts) => keep({ texts, chosen: 0, openedAt: now() }),
    choose: (index) => need(index),
    close: () => records.delete(NAME),
  };
}

export function documentsOf<C extends AIContext>(kit: Kit<C>, ctx: C): OpenDocuments {
  return openDocuments({
    records: kit.records({ user: ctx.from?.id ?? 0 }),
    ttlMs: kit.settings.retention.document,
    now: () => kit.clock.now(),
  });
}

/** Written by this file and authenticated by the store: only its outer shape can be of an older version. */
function parseOpen(text: string | undefined): Kept | undefined {
  if (text === undefined) return undefined;
  try {
    const { texts, chosen, openedAt }: Partial<Kept> = JSON.parse(text);
    if (!Array.isArray(texts) || typeof chosen !== 'number' || typeof openedAt !== 'number') return undefined;
    if (!texts.every((one) => Array.isArray(one?.document?.pages))) return undefined;
    return { texts, chosen, openedAt };
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
