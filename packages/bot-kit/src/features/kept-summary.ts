// What do the buttons under a summary work with? The summary itself, kept as long as the buttons.
import { CocoonError } from '@cocoonkit/sdk';
import type { AIContext } from '../feature.js';
import type { Kit } from '../kit/kit.js';
import type { PageUnit } from '../readers/document-text.js';
import type { SummaryWish } from './summary-wish.js';

export interface KeptSummary {
  readonly markdown: string;
  /** Two letters; empty for sentences of the document. */
  readonly language: string;
  /** Two letters; empty when it could not be found out. */
  readonly documentLanguage: string;
  /** With title, source and badge. */
  readonly file: string;
  /** Without an ending. */
  readonly fileName: string;
  readonly unit: PageUnit;
  readonly wish: SummaryWish;
}

const ID_BYTES = 8;

/** The id under which it is found. */
export async function keepSummary<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  summary: KeptSummary,
): Promise<string> {
  const { randomBytes, retention } = kit.settings;
  const id = Buffer.from(randomBytes(ID_BYTES)).toString('base64url');
  await recordsOf(kit, ctx).set(`summary:${id}`, JSON.stringify(summary), retention.buttons);
  return id;
}

/** @throws CocoonError `RECORD_FORGOTTEN` */
export async function findSummary<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  id: string,
): Promise<KeptSummary> {
  const kept = await recordsOf(kit, ctx).get(`summary:${id}`);
  // Written by this file and authenticated by the store.
  if (kept !== undefined) return JSON.parse(kept) as KeptSummary;
  throw new CocoonError({
    kind: 'config',
    code: 'RECORD_FORGOTTEN',
    message: 'The summary is no longer kept.',
    remedy: 'Send the document again.',
  });
}

const recordsOf = <C extends AIContext>(kit: Kit<C>, ctx: C) => kit.records({ user: ctx.from?.id ?? 0 });
