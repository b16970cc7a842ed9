// Office documents, books and archives made at test time: the least that is one.
import { strToU8, zipSync } from 'fflate';

type Parts = Readonly<Record<string, string | Uint8Array>>;
type Bytes = Uint8Array<ArrayBuffer>;

export function writeZip(parts: Parts, level: 0 | 9 = 9): Bytes {
  const files = Object.entries(parts).map(([name, part]) => [
    name,
    typeof part === 'string' ? strToU8(part) : part,
  ]);
  return new Uint8Array(zipSync(Object.fromEntries(files), { level }));
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OOXML = 'application/vnd.openxmlformats-officedocument.';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

function types(part: string, type: string): string {
  return `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/${part}" ContentType="${OOXML}${type}.main+xml"/></Types>`;
}

function relations(list: readonly (readonly [id: string, type: string, target: string])[]): string {
  const rows = list.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`,
  );
  return `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${rows.join('')}</Relationships>`;
}

const core = (title: string): string =>
  `${XML}<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>${title}</dc:title></cp:coreProperties>`;

/** `body` is WordprocessingML; `docxParagraph` writes plain ones. */
export function docxParts(body: string, more: Parts = {}): Record<string, string | Uint8Array> {
  return {
    '[Content_Types].xml': types('word/document.xml', 'wordprocessingml.document'),
    'word/document.xml': `${XML}<w:document xmlns:w="w"><w:body>${body}<w:sectPr/></w:body></w:document>`,
    'docProps/core.xml': core('A lease &amp; more'),
    ...more,
  };
}

export const docxParagraph = (text: string, style = ''): string =>
  `<w:p>${style === '' ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

export const writeDocx = (body: string, more: Parts = {}): Bytes => writeZip(docxParts(body, more));

export const footnotes = (id: number, text: string): Parts => ({
  'word/_rels/document.xml.rels': relations([['r1', 'footnotes', 'footnotes.xml']]),
  'word/footnotes.xml': `${XML}<w:footnotes xmlns:w="w"><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:id="${id}">${docxParagraph(text)}</w:footnote></w:footnotes>`,
});

/** Slides of paragraphs; the order in the file is not the order of the slides. */
export function writePptx(
  slides: readonly (readonly string[])[],
  notes: Readonly<Record<number, string>> = {},
): Bytes {
  const shape = (text: string): string => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`;
  const parts: Record<string, string> = {
    '[Content_Types].xml': types('ppt/presentation.xml', 'presentationml.presentation'),
    'ppt/presentation.xml': `${XML}<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst>${slides.map((_, i) => `<p:sldId id="${256 + i}" r:id="s${i}"/>`).join('')}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relations(
      slides.map((_, i) => [`s${i}`, 'slide', `slides/slide${slides.length - i}.xml`]),
    ),
  };
  for (const [i, lines] of slides.entries()) {
    const name = `slide${slides.length - i}.xml`;
    const number = '<a:p><a:fld type="slidenum"><a:t>77</a:t></a:fld></a:p>';
    parts[`ppt/slides/${name}`] =
      `${XML}<p:sld xmlns:p="p" xmlns:a="a"><p:cSld>${lines.map(shape).join('')}${number}</p:cSld></p:sld>`;
    const spoken = notes[i];
    if (spoken === undefined) continue;
    parts[`ppt/slides/_rels/${name}.rels`] = relations([['n', 'notesSlide', `../notesSlides/n${i}.xml`]]);
    parts[`ppt/notesSlides/n${i}.xml`] =
      `${XML}<p:notes xmlns:p="p" xmlns:a="a">${shape(spoken)}${number}</p:notes>`;
  }
  return writeZip(parts);
}

/** `sheets`: rows in SpreadsheetML by name. Style 1 is a date, 2 a date of its own making. */
export function writeXlsx(
  sheets: Readonly<Record<string, string>>,
  shared: readonly string[] = [],
  more: Parts = {},
): Bytes {
  const names = Object.keys(sheets);
  const state = (name: string): string => (name.startsWith('hidden') ? ' state="hidden"' : '');
  return writeZip({
    '[Content_Types].xml': types('xl/workbook.xml', 'spreadsheetml.sheet'),
    'xl/workbook.xml': `${XML}<workbook xmlns:r="r"><sheets>${names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}"${state(name)} r:id="s${i}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([
      ...names.map((_, i) => [`s${i}`, 'worksheet', `worksheets/sheet${i}.xml`] as const),
      ['t', 'sharedStrings', 'sharedStrings.xml'],
      ['u', 'styles', '/xl/styles.xml'],
    ]),
    'xl/sharedStrings.xml': `${XML}<sst>${shared.map((text) => `<si><t>${text}</t><rPh><t>sound</t></rPh></si>`).join('')}</sst>`,
    'xl/styles.xml': `${XML}<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd/mm/yyyy&quot;x&quot;"/><numFmt numFmtId="171" formatCode="0.00&quot;days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>`,
    ...Object.fromEntries(
      names.map((name, i) => [
        `xl/worksheets/sheet${i}.xml`,
        `${XML}<worksheet><sheetData>${sheets[name]}</sheetData></worksheet>`,
      ]),
    ),
    ...more,
  });
}

export function writeOdt(body: string, more: Parts = {}): Bytes {
  return writeZip({
    mimetype: 'application/vnd.oasis.opendocument.text',
    'content.xml': `${XML}<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b"><office:body><office:text>${body}</office:text></office:body></office:document-content>`,
    'meta.xml': `${XML}<office:document-meta xmlns:office="o" xmlns:dc="d" xmlns:meta="m"><office:meta><dc:title>Open lease</dc:title></office:meta></office:document-meta>`,
    ...more,
  });
}

/** Chapters are bodies in XHTML, named against their order. */
export function writeEpub(chapters: readonly string[], more: Parts = {}): Bytes {
  const name = (i: number): string => `text/${String.fromCharCode(122 - i)} ${i}.xhtml`;
  const href = (i: number): string => encodeURI(name(i));
  return writeZip({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': `${XML}<container><rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`,
    'OEBPS/book.opf': `${XML}<package><metadata xmlns:dc="d"><dc:title>A book</dc:title></metadata><manifest>${chapters.map((_, i) => `<item id="c${i}" href="${href(i)}" media-type="application/xhtml+xml"/>`).join('')}</manifest><spine>${chapters.map((_, i) => `<itemref idref="c${i}"/>`).join('')}</spine></package>`,
    ...Object.fromEntries(
      chapters.map((body, i) => [
        `OEBPS/${name(i)}`,
        `<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>No text</title></head><body>${body}</body></html>`,
      ]),
    ),
    ...more,
  });
}
