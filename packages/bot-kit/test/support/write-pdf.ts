// A PDF made at test time: pages of plain lines, pages that are only a picture, or one that claims to be locked.

export type PdfPage = readonly string[] | 'picture';

export interface WritePdfOptions {
  readonly title?: string | undefined;
  /** Names a standard lock in the trailer; the pages themselves stay as they are. */
  readonly locked?: boolean | undefined;
}

/** Every line is printed 14 points below the one before; an empty line leaves a gap. Letters of Windows-1252 only. */
export function writePdf(pages: readonly PdfPage[], options: WritePdfOptions = {}): Uint8Array<ArrayBuffer> {
  const objects: string[] = [];
  const add = (body: string): number => objects.push(body);
  add('<< /Type /Catalog /Pages 2 0 R >>');
  add('');
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  const picture = add(
    stream(
      '/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8',
      '\x00\xff\xff\x00',
    ),
  );
  const kids = pages.map((page) => {
    const content = add(stream('', page === 'picture' ? 'q 400 0 0 400 72 200 cm /I Do Q' : textOf(page)));
    return add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${content} 0 R /Resources << /Font << /F 3 0 R >> /XObject << /I ${picture} 0 R >> >> >>`,
    );
  });
  objects[1] = `<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] >>`;
  const info = add(`<< /Title (${escaped(options.title ?? '')}) >>`);
  const zeros = '00'.repeat(32);
  const lock = add(
    `<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <${'11'.repeat(32)}> /U <${zeros}> >>`,
  );
  let file = '%PDF-1.4\n';
  const offsets = objects.map((body, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const start = file.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const locked = options.locked
    ? ` /Encrypt ${lock} 0 R /ID [<${'22'.repeat(16)}> <${'22'.repeat(16)}>]`
    : '';
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${info} 0 R${locked} >>\nstartxref\n${start}\n%%EOF\n`;
  return Uint8Array.from(file, (letter) => letter.charCodeAt(0));
}

function textOf(lines: readonly string[]): string {
  const shown = lines.map((line) => `(${escaped(line)}) Tj T*`).join('\n');
  return `BT /F 11 Tf 14 TL 72 760 Td\n${shown}\nET`;
}

function stream(entries: string, data: string): string {
  return `<< ${entries} /Length ${data.length} >>\nstream\n${data}\nendstream`;
}

const escaped = (text: string): string => text.replace(/[\\()]/g, '\\$&');
