// What does a book say, chapter by chapter, in reading order? (W3C EPUB 3.3)
import { decodeText } from '../decode-text.js';
import { DocumentFailure } from '../document-failure.js';
import type { PageSink, ReadResult } from '../page-sink.js';
import { htmlToText } from './html-to-text.js';
import { resolvePart, textOfElement } from './office-parts.js';
import type { Zip } from './open-zip.js';
import { parsePage } from './parse-page.js';
import { attribute, scanXml } from './scan-xml.js';

/** @throws DocumentFailure `DOCUMENT_ENCRYPTED` when its chapters are locked, `DOCUMENT_UNREADABLE`, … */
export function readEpub(zip: Zip, sink: PageSink): ReadResult {
  const packagePart = findPackage(zip);
  const chapters = readSpine(zip, packagePart);
  const locked = lockedParts(zip);
  sink.expect(chapters.length);
  for (const chapter of chapters) {
    if (locked.has(chapter)) throw new DocumentFailure('DOCUMENT_ENCRYPTED');
    if (!zip.has(chapter)) {
      sink.page('');
      sink.warn('PAGES_UNREADABLE');
      continue;
    }
    const text = readChapter(zip.read(chapter), sink);
    sink.page(text);
    if (text.trim() === '') sink.warn('PAGES_WITHOUT_TEXT');
  }
  return { kind: 'epub', unit: 'chapter', title: textOfElement(zip, packagePart, 'title') };
}

function findPackage(zip: Zip): string {
  let found: string | undefined;
  scanXml(zip.text('META-INF/container.xml'), {
    open(name, attributes) {
      if (name === 'rootfile') found ??= attribute(attributes, 'full-path');
    },
  });
  if (found === undefined) throw new DocumentFailure('DOCUMENT_UNREADABLE');
  return resolvePart('', found);
}

function readSpine(zip: Zip, packagePart: string): string[] {
  const folder = packagePart.slice(0, packagePart.lastIndexOf('/') + 1);
  const items = new Map<string, string>();
  const spine: string[] = [];
  scanXml(zip.text(packagePart), {
    open(name, attributes) {
      if (name === 'item') {
        items.set(
          attribute(attributes, 'id') ?? '',
          resolvePart(folder, unescaped(attribute(attributes, 'href') ?? '')),
        );
      } else if (name === 'itemref') spine.push(attribute(attributes, 'idref') ?? '');
    },
  });
  return spine.map((id) => items.get(id) ?? '');
}

/** Fonts may be locked in a free book; chapters may not. */
function lockedParts(zip: Zip): Set<string> {
  const locked = new Set<string>();
  if (!zip.has('META-INF/encryption.xml')) return locked;
  scanXml(zip.text('META-INF/encryption.xml'), {
    open(name, attributes) {
      if (name === 'CipherReference')
        locked.add(resolvePart('', unescaped(attribute(attributes, 'URI') ?? '')));
    },
  });
  return locked;
}

function readChapter(bytes: Uint8Array, sink: PageSink): string {
  return htmlToText(parsePage(decodeText(bytes).text).root, (length) => sink.reserve(length));
}

function unescaped(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}
