// What does a web page say, without the menus around it?
import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { decodeText } from '../decode-text.js';
import type { PageSink, ReadResult } from '../page-sink.js';
import { htmlToText } from './html-to-text.js';
import { measurePage, parsePage } from './parse-page.js';

/** The search for an article takes time for every element and again for every level above it. */
const ARTICLE_ELEMENTS_MAX = 20_000;
const ARTICLE_DEPTH_MAX = 64;
/** An article shorter than this part of the page is a guess gone wrong. */
const ARTICLE_SHARE_MIN = 0.25;
const TITLE_UNITS_MAX = 200;

export function readHtml(bytes: Uint8Array, sink: PageSink, charset?: string): ReadResult {
  const { text, guessed } = decodeText(bytes, charset ?? declaredCharset(bytes));
  // Pictures inside the page would only take memory.
  const html = text.replace(/data:[\w/+.-]{1,100};base64,[\w+/=]*/g, '');
  const reserve = (length: number): void => sink.reserve(length);
  const { root, title } = parsePage(html);
  const whole = htmlToText(root, reserve);
  const article = readArticle(html, reserve);
  sink.page(article.length > whole.length * ARTICLE_SHARE_MIN ? article : whole);
  if (guessed) sink.warn('ENCODING_GUESSED', 'all');
  return { kind: 'html', unit: 'none', title: title?.slice(0, TITLE_UNITS_MAX) };
}

/** Empty when the page has no article, or is too large to look for one. */
function readArticle(html: string, reserve: (length: number) => void): string {
  const { elements, depth } = measurePage(html);
  if (elements > ARTICLE_ELEMENTS_MAX || depth > ARTICLE_DEPTH_MAX) return '';
  // The search takes its page apart, so it gets one of its own.
  const { document } = parseHTML(html);
  let content: string | null | undefined;
  try {
    content = new Readability(document).parse()?.content;
  } catch {
    return '';
  }
  if (content === undefined || content === null) return '';
  return htmlToText(parsePage(`<!doctype html><html><body>${content}</body></html>`).root, reserve);
}

function declaredCharset(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 2048));
  return /<meta[^>]+charset\s*=\s*["']?\s*([\w-]{2,30})/i.exec(head)?.[1];
}
