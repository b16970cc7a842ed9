// How does a source become pages? Files in a thread of their own, texts as they are; nothing touches the disk.
import { CocoonError } from '@cocoonkit/sdk';
import type { AIContext } from '../feature.js';
import { talkDocument, talkText } from '../features/talk.js';
import type { Kit, Work } from '../kit/kit.js';
import { estimateTokens } from '../long-text/estimate-tokens.js';
import type { DocumentText } from '../readers/document-text.js';
import { fetchLink } from '../readers/fetch-link.js';
import { type ReadProgress, readDocument } from '../readers/read-document.js';
import { downloadFile } from './download-file.js';
import type { Source } from './source.js';

/** @throws CocoonError of `downloadFile`, `fetchLink` and `readDocument`; `DOCUMENT_TOO_LONG` above `limits.inputTokens` */
export async function readSource<C extends AIContext>(
  source: Source,
  { kit, ctx, say, signal, status }: Pick<Work, 'say' | 'signal' | 'status'> & { kit: Kit<C>; ctx: C },
): Promise<DocumentText> {
  const { limits, fetch, clock } = kit.settings;
  const limitsOfReader = { maxBytes: limits.fileBytes, maxPages: limits.pages };
  const onProgress = ({ page, of }: ReadProgress) =>
    status(say('summary.reading', { page, pages: of ?? '…' }));
  if (source.kind === 'link') {
    status(say('summary.opening', { name: source.name }));
    const page = await fetchLink({
      ...kit.settings.links,
      url: source.url,
      limits: { maxBytes: limits.linkBytes },
      signal,
      clock,
    });
    const { bytes, mime } = page;
    return bounded(
      await readDocument({ bytes, mime, signal, clock, limits: limitsOfReader, onProgress }),
      limits.inputTokens,
    );
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
  const document = await readDocument({
    bytes,
    name,
    mime,
    signal,
    clock,
    limits: limitsOfReader,
    onProgress,
  });
  return bounded(document, limits.inputTokens);
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
