// What does a workbook say, sheet by sheet? The values as last computed, one row a line.
import { DocumentFailure } from '../document-failure.js';
import { CELL_CHARACTERS_MAX } from '../document-limits.js';
import type { PageSink, ReadResult } from '../page-sink.js';
import { formatCell, readDateStyles } from './cell-format.js';
import { readOfficeTitle, readRelations } from './office-parts.js';
import type { Zip } from './open-zip.js';
import { attribute, scanXml } from './scan-xml.js';

/** Empty cells between two others are shown up to here, so that columns stay in line without a far cell costing much. */
const GAP_MAX = 20;

export function readXlsx(zip: Zip, main: string, sink: PageSink): ReadResult {
  const relations = readRelations(zip, main);
  const part = (wanted: string): string | undefined =>
    [...relations.values()].find(({ type }) => type === wanted)?.target;
  const strings = part('sharedStrings');
  const styles = part('styles');
  const shared = strings === undefined ? [] : readShared(zip.text(strings));
  const dates = styles === undefined ? [] : readDateStyles(zip.text(styles));
  const sheets: { name: string; target: string }[] = [];
  let since1904 = false;
  scanXml(zip.text(main), {
    open(name, attributes) {
      if (name === 'workbookPr') since1904 = /^(?:1|true)$/.test(attribute(attributes, 'date1904') ?? '');
      if (
        name !== 'sheet' ||
        (attribute(attributes, 'state') !== undefined && attribute(attributes, 'state') !== 'visible')
      )
        return;
      const sheet = relations.get(attribute(attributes, ':id') ?? '');
      if (sheet?.type === 'worksheet')
        sheets.push({ name: attribute(attributes, 'name') ?? '', target: sheet.target });
    },
  });
  sink.expect(sheets.length);
  for (const { name, target } of sheets) {
    const rows = readSheet(zip.text(target), { shared, dates, since1904, sink });
    sink.page(rows === '' ? '' : `# ${name}\n\n${rows}`);
    if (rows === '') sink.warn('PAGES_WITHOUT_TEXT');
  }
  return { kind: 'xlsx', unit: 'sheet', title: readOfficeTitle(zip) };
}

interface SheetParts {
  readonly shared: readonly string[];
  /** Whether numbers of a style are dates. */
  readonly dates: readonly boolean[];
  readonly since1904: boolean;
  readonly sink: PageSink;
}

function readSheet(xml: string, { shared, dates, since1904, sink }: SheetParts): string {
  const lines: string[] = [];
  let length = 0;
  let cells: string[] = [];
  let type = '';
  let style = 0;
  let value = '';
  let column = 0;
  let isValue = false;
  scanXml(xml, {
    open(name, attributes) {
      isValue = name === 'v' || name === 't';
      if (name === 'row') cells = [];
      if (name !== 'c') return;
      value = '';
      type = attribute(attributes, 't') ?? 'n';
      style = Number(attribute(attributes, 's') ?? 0);
      column = columnOf(attribute(attributes, 'r')) ?? cells.length;
    },
    close(name) {
      isValue = false;
      if (name === 'c') {
        const text =
          type === 's'
            ? (shared[Number(value)] ?? '')
            : formatCell(value, type, dates[style] === true, since1904);
        if (text === '') return;
        for (let gap = Math.min(GAP_MAX, column - cells.length); gap > 0; gap--) cells.push('');
        cells.push(text.replace(/\s+/g, ' ').trim());
        length += text.length + 3;
        sink.reserve(length);
      } else if (name === 'row' && cells.length > 0) {
        lines.push(cells.join(' | '));
        cells = [];
      }
    },
    text(text) {
      if (isValue) value = grown(value, text);
    },
  });
  return lines.join('\n');
}

/** Texts of cells are kept once and named by number. */
function readShared(xml: string): string[] {
  const shared: string[] = [];
  let value = '';
  let isText = false;
  let isReading = false;
  scanXml(xml, {
    open(name) {
      if (name === 'si') value = '';
      // How a text is pronounced is written beside it.
      if (name === 'rPh') isReading = true;
      isText = name === 't' && !isReading;
    },
    close(name) {
      isText = false;
      if (name === 'rPh') isReading = false;
      if (name === 'si') shared.push(value);
    },
    text(text) {
      if (isText) value = grown(value, text);
    },
  });
  return shared;
}

function grown(value: string, text: string): string {
  if (value.length + text.length <= CELL_CHARACTERS_MAX) return value + text;
  throw new DocumentFailure('DOCUMENT_TOO_BIG', { limit: 'cellCharacters', most: CELL_CHARACTERS_MAX });
}

/** `C7` is column 2, counted from 0. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^([A-Z]{1,3})\d+$/.exec(reference ?? '')?.[1];
  if (letters === undefined) return undefined;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
