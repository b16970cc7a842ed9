// How does a source become pages? Files in a thread of their own, texts as they are; nothing touches the disk.
import { CocoonError } from '@cocoonkit/sdk';
import type { AIContext } from '../feature.js';
import { talkDocument, talkText } from '../features/talk.js';
import type { Kit, Work } from '../kit/kit.js';
import { estimateTokens } from '../long-text/estimate-tokens.js';
import type { FileHints } from '../readers/detect-kind.js';
import { DOCUMENT_LIMITS } from '../readers/document-limits.js';
import type { DocumentText } from '../readers/document-text.js';
import { fetchLink } from '../readers/fetch-link.js';
import { type ReadProgress, readDocument } from '../readers/read-document.js';
import { downloadFile } from './download-file.js';
import { readerFor, readWith } from './file-reader.js';
import { fetcherFor, fetchWith } from './link-fetcher.js';
import type { Source } from './source.js';

/** @throws CocoonError of `downloadFile`, `fetchLink` and `readDocument`; `DOCUMENT_TOO_LONG` above `limits.inputTokens` */
export async function readSource<C extends AIContext>(
  source: Source,
  { kit, ctx, say, signal, status }: Pick<Work, 'say' | 'signal' | 'status'> & { kit: Kit<C>; ctx: C },
): Promise<DocumentText> {
  const { limits, fetch, clock, emit, readers } = kit.settings;
  const limitsOfReader = { maxBytes: limits.fileBytes, maxPages: limits.pages };
  const onProgress = ({ page, of }: ReadProgress) =>
    status(say('summary.reading', { page, pages: of ?? '…' }));
  const read = ({ bytes, ...hints }: FileHints & { bytes: Uint8Array<ArrayBuffer> }) => {
    const reader = readerFor(readers, hints);
    return reader === undefined
      ? readDocument({ bytes, ...hints, signal, clock, limits: limitsOfReader, onProgress })
      : readWith(reader, bytes, { limits: { ...DOCUMENT_LIMITS, ...limitsOfReader }, signal, clock, emit });
  };
  if (source.kind === 'link') {
    status(say('summary.opening', { name: source.name }));
    const { fetchers, ...links } = kit.settings.links ?? {};
    const fetcher = fetcherFor(fetchers, source.url);
    const linkLimits = { maxBytes: limits.linkBytes };
    const page =
      fetcher === undefined
        ? await fetchLink({ ...links, url: source.url, limits: linkLimits, signal, clock })
        : await fetchWith(fetcher, source.url, { limits: linkLimits, signal, clock, emit });
    const { bytes, mime } = page;
    return bounded(await read({ bytes, mime }), limits.inputTokens);
  }
  if (source.kind === 'talk') {
    const text = talkText(source.talk, (letter) => say('talk.person', { letter }), false);
    return bounded(talkDocument(text), limits.inputTokens);
  }
  if (source.kind === 'text')
    return bounded(
      { kind: 'text', unit: 'none', pages: [{ number: 1, text: source.text }], warnings: [] },
      limits.inputTokens,
    );
  status(say('summary.opening', { name: source.name }));
  const { fileId, size, name, mime } = source;
  const bytes = await downloadFile({ api: ctx.api, fileId, size, limit: limits.fileBytes, fetch, signal });
  return bounded(await read({ bytes, name, mime }), limits.inputTokens);
}

function bounded(document: DocumentText, limit: number): DocumentText {
  const tokens = document.pages.reduce((sum, { text }) => sum + estimateTokens(text), 0);
  if (tokens <= limit) return document;
  throw new CocoonError({
    kind: 'config',
    code: 'DOCUMENT_TOO_LONG',
    message: `The document has about ${tokens} tokens; the limit is ${limit}.`,
    remedy: 'Send a part of it.',
    details: { tokens, limit },
  });
}
