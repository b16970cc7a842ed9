// What does this XML say, tag by tag? No tree, no recursion, no entities of its own: only what office formats need.
import { DocumentFailure } from '../document-failure.js';

export interface XmlHandlers {
  /** `name` without its prefix; `attributes` as written, for `attribute`. An empty element closes at once. */
  readonly open?: (name: string, attributes: string) => void;
  readonly close?: (name: string) => void;
  readonly text?: (text: string) => void;
}

/** A tag longer than this is not from an office program. */
const TAG_UNITS_MAX = 1_000_000;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** @throws DocumentFailure `DOCUMENT_UNREADABLE`; `DOCUMENT_UNSAFE` when it declares entities or names outside files */
export function scanXml(xml: string, { open, close, text }: XmlHandlers): void {
  let place = 0;
  while (place < xml.length) {
    const tag = xml.indexOf('<', place);
    if (tag === -1) break;
    if (tag > place) text?.(decodeEntities(xml.slice(place, tag)));
    if (xml.startsWith('<!--', tag)) {
      place = after(xml, '-->', tag + 4);
    } else if (xml.startsWith('<![CDATA[', tag)) {
      place = after(xml, ']]>', tag + 9);
      text?.(xml.slice(tag + 9, place - 3));
    } else if (xml.startsWith('<?', tag)) {
      place = after(xml, '?>', tag + 2);
    } else if (xml.startsWith('<!', tag)) {
      place = after(xml, '>', tag);
      // Without an inner part a document type only names a grammar, and nothing of it is read.
      if (/[[]|<!entity/i.test(xml.slice(tag, place)))
        throw new DocumentFailure('DOCUMENT_UNSAFE', { reason: 'entities' });
    } else {
      place = afterTag(xml, tag);
      scanTag(xml.slice(tag + 1, place - 1), open, close);
    }
  }
}

/** One for each name that readers ask for. */
const patterns = new Map<string, RegExp>();

/** Value of an attribute, by its full name with prefix, or by its end when `name` begins with a colon. */
export function attribute(attributes: string, name: string): string | undefined {
  if (attributes === '') return undefined;
  let pattern = patterns.get(name);
  if (pattern === undefined) {
    const prefix = name.startsWith(':') ? '\\s[\\w.-]+' : '\\s';
    pattern = new RegExp(`${prefix}${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
    patterns.set(name, pattern);
  }
  const found = pattern.exec(attributes);
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? undefined : decodeEntities(value);
}

function scanTag(tag: string, open: XmlHandlers['open'], close: XmlHandlers['close']): void {
  if (tag.startsWith('/')) {
    close?.(localName(tag.slice(1).trimEnd()));
    return;
  }
  const end = tag.search(/[\s/]/);
  const name = localName(end === -1 ? tag : tag.slice(0, end));
  open?.(name, end === -1 ? '' : tag.slice(end));
  if (tag.endsWith('/')) close?.(name);
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Behind the `>` that is not inside an attribute. */
function afterTag(xml: string, tag: number): number {
  let quote = 0;
  const end = Math.min(xml.length, tag + TAG_UNITS_MAX);
  for (let place = tag + 1; place < end; place++) {
    const unit = xml.charCodeAt(place);
    if (quote !== 0) quote = unit === quote ? 0 : quote;
    else if (unit === 34 || unit === 39) quote = unit;
    else if (unit === 62) return place + 1;
  }
  throw new DocumentFailure('DOCUMENT_UNREADABLE');
}

function after(xml: string, end: string, from: number): number {
  const found = xml.indexOf(end, from);
  if (found === -1) throw new DocumentFailure('DOCUMENT_UNREADABLE');
  return found + end.length;
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{1,8}));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}
