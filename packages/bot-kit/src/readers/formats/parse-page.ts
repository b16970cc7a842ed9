// Is this page built so that it can be taken apart in reasonable time? Then its tree; nesting costs more than length.
import { parseHTML } from 'linkedom';
import { DocumentFailure } from '../document-failure.js';
import type { HtmlNode } from './html-to-text.js';

const DEPTH_MAX = 2_000;
/** Closed by the next of their kind, or never open. */
const FLAT =
  /^(?:p|li|dt|dd|tr|td|th|thead|tbody|tfoot|option|br|hr|img|input|meta|link|area|base|col|embed|source|track|wbr)$/i;

export interface PageShape {
  readonly elements: number;
  readonly depth: number;
}

export interface ParsedPage {
  /** All of it: HTML lets the tags of head and body be left out, and text stand behind them. */
  readonly root: HtmlNode;
  readonly title: string | undefined;
}

/** @throws DocumentFailure `DOCUMENT_TOO_COMPLEX` */
export function parsePage(html: string): ParsedPage {
  if (measurePage(html).depth > DEPTH_MAX) {
    throw new DocumentFailure('DOCUMENT_TOO_COMPLEX', { limit: 'nesting', most: DEPTH_MAX });
  }
  // Nothing follows a doctype in the tree that is made here.
  const { document } = parseHTML(html.replace(/<!doctype[^>]{0,1000}>/gi, ''));
  const title = document.querySelector('title')?.textContent?.replace(/\s+/g, ' ').trim();
  return { root: document, title: title === '' ? undefined : title };
}

/** By its tags alone, in one pass. */
export function measurePage(html: string): PageShape {
  let elements = 0;
  let depth = 0;
  let deepest = 0;
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][^\s>/]{0,30})/gi)) {
    if (slash === '') elements++;
    if (FLAT.test(name)) continue;
    depth = Math.max(0, depth + (slash === '' ? 1 : -1));
    deepest = Math.max(deepest, depth);
  }
  return { elements, depth: deepest };
}
