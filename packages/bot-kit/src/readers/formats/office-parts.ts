// Which parts make up an Office Open XML document, and which belong to which? (ECMA-376 part 2)
import { DocumentFailure } from '../document-failure.js';
import type { Zip } from './open-zip.js';
import { attribute, scanXml } from './scan-xml.js';

export type OfficeKind = 'docx' | 'pptx' | 'xlsx';

const MAIN_TYPES: readonly (readonly [RegExp, OfficeKind])[] = [
  [/wordprocessingml\.(?:document|template)\.main\+xml$|ms-word\.\w+\.macroEnabled\w*\.main\+xml$/i, 'docx'],
  [
    /presentationml\.(?:presentation|slideshow|template)\.main\+xml$|ms-powerpoint\.\w+\.macroEnabled\w*\.main\+xml$/i,
    'pptx',
  ],
  [/spreadsheetml\.(?:sheet|template)\.main\+xml$|ms-excel\.\w+\.macroEnabled\w*\.main\+xml$/i, 'xlsx'],
];
const TITLE_UNITS_MAX = 200;

/** Kind and name of the main part; `undefined` for other archives. */
export function findMainPart(zip: Zip): { kind: OfficeKind; name: string } | undefined {
  if (!zip.has('[Content_Types].xml')) return undefined;
  let found: { kind: OfficeKind; name: string } | undefined;
  scanXml(zip.text('[Content_Types].xml'), {
    open(element, attributes) {
      if (element !== 'Override' || found !== undefined) return;
      const type = attribute(attributes, 'ContentType') ?? '';
      const kind = MAIN_TYPES.find(([pattern]) => pattern.test(type))?.[1];
      const name = attribute(attributes, 'PartName')?.replace(/^\//, '');
      if (kind !== undefined && name !== undefined && zip.has(name)) found = { kind, name };
    },
  });
  return found;
}

export interface Relation {
  readonly type: string;
  /** Name of a part in the archive. */
  readonly target: string;
}

/** By id. Targets outside the archive are left out: nothing is fetched. */
export function readRelations(zip: Zip, part: string): Map<string, Relation> {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const name = `${folder}_rels/${part.slice(folder.length)}.rels`;
  const relations = new Map<string, Relation>();
  if (!zip.has(name)) return relations;
  scanXml(zip.text(name), {
    open(element, attributes) {
      if (element !== 'Relationship' || attribute(attributes, 'TargetMode') === 'External') return;
      const id = attribute(attributes, 'Id');
      const target = resolvePart(folder, attribute(attributes, 'Target') ?? '');
      const type = (attribute(attributes, 'Type') ?? '').split('/').at(-1) ?? '';
      if (id !== undefined && zip.has(target)) relations.set(id, { type, target });
    },
  });
  return relations;
}

/** A name inside the archive; it cannot lead out of it. */
export function resolvePart(folder: string, target: string): string {
  const path = target.startsWith('/') ? target : `/${folder}${target}`;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** Text of the first element of this name in a small part, such as a title or a count. */
export function textOfElement(zip: Zip, part: string, element: string): string | undefined {
  if (!zip.has(part)) return undefined;
  let inside = false;
  let found: string | undefined;
  scanXml(zip.text(part), {
    open: (name) => {
      inside = name === element && found === undefined;
      if (inside) found = '';
    },
    close: () => {
      inside = false;
    },
    text: (text) => {
      if (inside) found += text;
    },
  });
  const title = found?.trim().slice(0, TITLE_UNITS_MAX);
  return title === '' ? undefined : title;
}

export function readOfficeTitle(zip: Zip): string | undefined {
  try {
    return textOfElement(zip, 'docProps/core.xml', 'title');
  } catch (cause) {
    // A document with a broken title is still a document; a bomb stays a bomb.
    if (cause instanceof DocumentFailure && cause.code === 'DOCUMENT_UNREADABLE') return undefined;
    throw cause;
  }
}
