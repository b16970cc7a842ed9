// What stands in the file of a summary? Its title, what it was made from, the summary with its pages, and what was proven.
import { plainMarkdown } from '../long-text/plain-markdown.js';
import { withBadge } from '../text/with-badge.js';
import type { Say } from '../texts/say.js';
import type { OpenText } from './open-document.js';
import { titleOf } from './summary-order.js';

export interface SummaryFileParts {
  readonly texts: readonly OpenText[];
  /** Markdown. */
  readonly text: string;
  /** The line about the machines; empty when it is not shown. */
  readonly badge: string;
  readonly say: Say;
}

export function summaryFile({ texts, text, badge, say }: SummaryFileParts): string {
  const [first] = texts;
  const title =
    texts.length === 1 && first !== undefined
      ? (first.document.title ?? titleOf(first, say))
      : say('summary.title');
  const sources = texts.map((one) => {
    const { unit, pages } = one.document;
    const name = plainMarkdown(titleOf(one, say));
    return unit === 'page' && pages.length > 1
      ? say('summary.pages', { name, pages: pages.length })
      : `${name}.`;
  });
  const source = say('summary.source', { sources: sources.join(' ') });
  return withBadge(`# ${plainMarkdown(title)}\n\n${source}\n\n${text.trim()}`, badge);
}

/** Without an ending, and without what file systems mind. */
export function fileNameOf(texts: readonly OpenText[]): string {
  const [{ name = '' } = {}] = texts;
  const base = name
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/[^\p{L}\p{N} ._-]/gu, '')
    .trim()
    .slice(0, 60)
    .replace(/[\uD800-\uDBFF]$/, '');
  return texts.length !== 1 || base === '' ? 'summary' : `${base} summary`;
}
