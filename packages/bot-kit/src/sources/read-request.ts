// How do several sources become texts? One after the other; what cannot be read is named, and the rest is read all the same.
import { CocoonError } from '@cocoonkit/sdk';
import type { AIContext } from '../feature.js';
import type { OpenText } from '../features/open-document.js';
import { errorKey, errorValues } from '../kit/explain-error.js';
import type { Kit, Work } from '../kit/kit.js';
import { estimateTokens } from '../long-text/estimate-tokens.js';
import { readSource } from './read-source.js';
import type { ReadRequest } from './request.js';
import type { Source } from './source.js';

export interface ReadTexts {
  readonly texts: readonly OpenText[];
  /** Lines that name what was not read, and why. */
  readonly notRead: readonly string[];
}

/** @throws CocoonError of `readSource` when nothing could be read; `DOCUMENT_TOO_LONG` for all together */
export async function readRequest<C extends AIContext>(
  { sources, unreadable }: ReadRequest,
  work: Pick<Work, 'say' | 'signal' | 'status'> & { kit: Kit<C>; ctx: C },
): Promise<ReadTexts> {
  const { say, signal, kit } = work;
  const limit = kit.settings.limits.inputTokens;
  const texts: OpenText[] = [];
  const notRead = unreadable.map((what) => say(`summary.${what}`));
  let tokens = 0;
  for (const source of sources) {
    try {
      const document = await readSource(source, work);
      tokens += document.pages.reduce((sum, { text }) => sum + estimateTokens(text), 0);
      if (tokens > limit) throw tooLong(tokens, limit);
      texts.push(textOf(source, document));
    } catch (error) {
      // One alone is explained by what it threw.
      if (signal.aborted || sources.length === 1 || !(error instanceof CocoonError)) throw error;
      notRead.push(
        `${source.name === '' ? say('summary.title') : source.name}: ${say(errorKey(error), { limit, ...errorValues(error, say) })}`,
      );
    }
  }
  return { texts, notRead };
}

function textOf(source: Source, document: OpenText['document']): OpenText {
  const { kind, name } = source;
  return {
    kind,
    name,
    document,
    ...(kind === 'talk' ? { talk: source.talk } : {}),
    ...(kind === 'link' ? { url: source.url } : {}),
  };
}

function tooLong(tokens: number, limit: number): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'DOCUMENT_TOO_LONG',
    message: `The documents have about ${tokens} tokens together; the limit is ${limit}.`,
    remedy: 'Send fewer at once.',
    details: { tokens, limit },
  });
}
