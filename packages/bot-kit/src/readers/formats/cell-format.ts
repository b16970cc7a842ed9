// Which numbers of a workbook are dates, and how is a cell shown? (ECMA-376 part 1, 18.8.30 and 18.17.4)
import { attribute, scanXml } from './scan-xml.js';

const DAY_MS = 86_400_000;
/** Day 0 of the two calendars a workbook may use. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
const LAST_DAY = 2_958_466;
const STYLES_MAX = 70_000;

/** For each cell style: are its numbers dates? */
export function readDateStyles(xml: string): boolean[] {
  const custom = new Map<number, boolean>();
  const styles: boolean[] = [];
  let isCellStyle = false;
  scanXml(xml, {
    open(name, attributes) {
      if (name === 'numFmt') {
        const code = attribute(attributes, 'formatCode') ?? '';
        custom.set(Number(attribute(attributes, 'numFmtId')), isDateCode(code));
      } else if (name === 'cellXfs') isCellStyle = true;
      else if (name === 'xf' && isCellStyle && styles.length < STYLES_MAX) {
        const id = Number(attribute(attributes, 'numFmtId') ?? 0);
        styles.push(
          custom.get(id) ?? ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47)),
        );
      }
    },
    close(name) {
      if (name === 'cellXfs') isCellStyle = false;
    },
  });
  return styles;
}

/** `type` is the cell's `t`: `n` number, `b` truth, `e` error, `str` and `inlineStr` text, `d` date in ISO form. */
export function formatCell(value: string, type: string, isDate: boolean, since1904: boolean): string {
  if (type === 'b') return value === '1' ? 'TRUE' : value === '0' ? 'FALSE' : '';
  if (type !== 'n' || !isDate) return value;
  const days = Number(value);
  if (value === '' || !(days >= 0 && days < LAST_DAY)) return value;
  const date = new Date((since1904 ? EPOCH_1904 : EPOCH_1900) + Math.round(days * 86_400) * 1000);
  const [day = '', time = ''] = date.toISOString().slice(0, 16).split('T');
  if (days < 1) return time;
  return (days * DAY_MS) % DAY_MS === 0 ? day : `${day} ${time}`;
}

/** Day, month, year, hour or second signs outside quotes, brackets and escapes. */
function isDateCode(code: string): boolean {
  return /[dmyhs]/i.test(code.replace(/"[^"]*"|\[[^\]]*\]|\\.|_./g, ''));
}
