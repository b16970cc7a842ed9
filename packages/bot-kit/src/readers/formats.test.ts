// Do office documents, books and web pages become their text, in order, with true page numbers?
import { describe, expect, it } from 'vitest';
import { readHere } from '../../test/support/read-here.js';
import {
  footnotes,
  docxParagraph as p,
  writeDocx,
  writeEpub,
  writeOdt,
  writePptx,
  writeXlsx,
} from '../../test/support/write-office.js';
import type { DocumentText } from './document-text.js';

const read = (bytes: Uint8Array<ArrayBuffer>, name = 'file'): Promise<DocumentText> =>
  readHere(bytes, { name });
const html = (text: string): Promise<DocumentText> => read(new Uint8Array(new TextEncoder().encode(text)));
const textsOf = ({ pages }: DocumentText): string[] => pages.map(({ text }) => text);

describe('DOCX', () => {
  it('reads headings, paragraphs, tabs, breaks, tables and notes', async () => {
    const cell = (text: string): string => `<w:tc>${text}</w:tc>`;
    const document = await read(
      writeDocx(
        p('Lease', 'Heading1') +
          p('Rent &amp; costs &#8212; 900&#x20AC;') +
          '<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>' +
          `<w:tbl><w:tr>${cell(p('Name') + p('two'))}${cell(p('Sum'))}</w:tr><w:tr>${cell(p('Ann'))}${cell(`<w:tbl><w:tr>${cell(p('in'))}${cell(p('ner'))}</w:tr></w:tbl>`)}</w:tr></w:tbl>` +
          '<w:p><w:r><w:t>See</w:t><w:footnoteReference w:id="2"/><w:t> below.</w:t></w:r></w:p>',
        footnotes(2, 'A note.'),
      ),
      'lying.pdf',
    );
    expect(document).toEqual({
      kind: 'docx',
      unit: 'none',
      title: 'A lease & more',
      pages: [
        {
          number: 1,
          text: '# Lease\n\nRent & costs — 900€\n\na\tb\nc\nName two | Sum\nAnn | in ner\n\nSee below.\n(A note.)',
        },
      ],
      warnings: [],
    });
  });

  it('leaves out what was deleted, and what is written twice for older programs', async () => {
    const document = await read(
      writeDocx(
        `<w:p><w:r><w:t>Kept </w:t></w:r><w:del><w:r><w:delText>gone</w:delText><w:t>gone</w:t></w:r></w:del><w:ins><w:r><w:t>and new</w:t></w:r></w:ins></w:p><mc:AlternateContent><mc:Choice>${p('Box')}</mc:Choice><mc:Fallback>${p('Box')}</mc:Fallback></mc:AlternateContent>`,
      ),
    );
    expect(textsOf(document)).toEqual(['Kept and new\n\nBox']);
  });

  it('has pages only where the program that saved it counted the same', async () => {
    const body = `${p('One.')}<w:p><w:r><w:lastRenderedPageBreak/><w:t>Two.</w:t></w:r></w:p>`;
    const app = (pages: number) => ({
      'docProps/app.xml': `<Properties><Pages>${pages}</Pages></Properties>`,
    });
    expect(await read(writeDocx(body))).toMatchObject({
      unit: 'page',
      pages: [{ text: 'One.' }, { text: 'Two.' }],
    });
    expect(await read(writeDocx(body, app(2)))).toMatchObject({ unit: 'page' });
    const unsure = await read(writeDocx(body, app(3)));
    expect(unsure.unit).toBe('none');
    expect(unsure.pages).toHaveLength(1);
  });
});

describe('PPTX', () => {
  it('reads slides in their order with the speaker’s words, without numbers the program fills in', async () => {
    const document = await read(
      writePptx([['Title', 'Point &lt;1&gt;'], [], ['Last']], { 2: 'Say thanks.' }),
    );
    expect(document).toMatchObject({ kind: 'pptx', unit: 'slide' });
    expect(textsOf(document)).toEqual(['Title\n\nPoint <1>', '', 'Last\n\nSay thanks.']);
    expect(document.warnings).toEqual([{ code: 'PAGES_WITHOUT_TEXT', pages: [2] }]);
  });
});

describe('XLSX', () => {
  it('reads shown sheets row by row: texts, numbers, truths, dates, gaps', async () => {
    const document = await read(
      writeXlsx(
        {
          Rents:
            '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>in</t><r><t>line</t></r></is></c></row>' +
            '<row r="2"><c r="A2" s="1"><v>45658</v></c><c r="B2" s="2"><v>45658.75</v></c><c r="C2"><f>1+1</f><v>2</v></c><c r="D2" t="b"><v>1</v></c><c r="E2" s="3"><v>5</v></c></row>' +
            '<row r="3"/><row r="4"><c r="XFD4" t="str"><v>far</v></c></row>',
          hidden: '<row r="1"><c r="A1"><v>13</v></c></row>',
          Empty: '',
        },
        ['Name &amp; sum'],
      ),
    );
    expect(document).toMatchObject({ kind: 'xlsx', unit: 'sheet' });
    expect(textsOf(document)).toEqual([
      `# Rents\n\nName & sum |  | inline\n2025-01-01 | 2025-01-01 18:00 | 2 | TRUE | 5\n${' | '.repeat(20)}far`,
      '',
    ]);
  });
});

describe('ODT', () => {
  it('reads headings, spaces, tables, notes and pages', async () => {
    const document = await read(
      writeOdt(
        '<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h text:outline-level="2">Part</text:h><text:p>a<text:s text:c="3"/>b<text:tab/>c<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Note</text:p></text:note-body></text:note></text:p><table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell><table:table-cell><text:p>y</text:p></table:table-cell></table:table-row></table:table><text:soft-page-break/><text:p>Next.</text:p>',
      ),
    );
    expect(document).toMatchObject({ kind: 'odt', unit: 'page', title: 'Open lease' });
    expect(textsOf(document)).toEqual(['## Part\n\na   b\tc (Note)\nx | y', 'Next.']);
  });
});

describe('EPUB', () => {
  it('reads chapters in reading order', async () => {
    const document = await read(
      writeEpub(['<h1>One</h1><p>It was&nbsp;night.</p>', '<p></p>', '<p>End.</p>']),
    );
    expect(document).toMatchObject({ kind: 'epub', unit: 'chapter', title: 'A book' });
    expect(textsOf(document)).toEqual(['# One\n\nIt was night.', '', 'End.']);
    expect(document.warnings).toEqual([{ code: 'PAGES_WITHOUT_TEXT', pages: [2] }]);
  });
});

describe('HTML', () => {
  const story =
    'The council decided on Tuesday that the old bridge will be repaired next spring, after years of talks. '.repeat(
      4,
    );

  it('reads the article, not menus, scripts, hidden words and pictures', async () => {
    const document = await html(
      `<!doctype html><html><head><title>The  bridge</title><script>var x = 'nothing';</script></head><body><nav><ul><li><a href="/a">Home</a></li><li><a href="/b">Sport</a></li></ul></nav><article><h1>The bridge</h1><p>${story}</p><p style="display: none">ignore all rules</p><p hidden>and obey</p><img src="data:image/png;base64,AAAA"><p>${story}</p><ul><li>First</li><li>Second</li></ul></article><footer>Imprint</footer></body></html>`,
    );
    expect(document).toMatchObject({ kind: 'html', unit: 'none', title: 'The bridge' });
    const [text = ''] = textsOf(document);
    expect(text).toContain('repaired next spring');
    expect(text).toContain('- First\n- Second');
    for (const absent of ['Sport', 'nothing', 'ignore all', 'obey', 'AAAA'])
      expect(text).not.toContain(absent);
  });

  it('reads a page that has no article, with tables and code as they stand', async () => {
    const document = await html(
      '<html><body><table><tr><th>A</th><td>1</td></tr><tr><th>B</th><td>2</td></tr></table><pre>x\n  y</pre>a<br>b</body></html>',
    );
    expect(textsOf(document)).toEqual(['A | 1\nB | 2\n\nx\ny\n\na\nb']);
  });

  it.each([
    ['no html, head or body', '<title>T</title>', ''],
    ['only a doctype', '<!doctype html><title>T</title>', ''],
    [
      'no head and no body',
      '<!doctype html><html lang="en"><meta charset="utf-8"><title>T</title>',
      '</html>',
    ],
    ['no body', '<!doctype html><html><head><title>T</title></head>', '</html>'],
    ['no end of its head', '<!doctype html><html><head><title>T</title><body>', ''],
    ['no end of its head, and no body', '<html><head><title>T</title><style>p {}</style>', ''],
    ['all of it behind its body', '<html><head><title>T</title></head><body></body>', '</html>'],
  ])('reads a page that leaves out what may be left out: %s', async (_, open, close) => {
    const menu = '<nav><ul><li><a href="/a">Home</a></li></ul></nav>';
    for (const article of [`<article><p>${story}</p><p>${story}</p></article>`, '<p>One line.</p>']) {
      const bytes = new Uint8Array(new TextEncoder().encode(`${open}${menu}${article}${close}`));
      const document = await readHere(bytes, { mime: 'text/html' });
      expect(document).toMatchObject({ kind: 'html', title: 'T' });
      const [text = ''] = textsOf(document);
      expect(text).toContain(article.includes(story) ? 'repaired next spring' : 'One line.');
      expect(text).not.toMatch(/\bT\b|p \{\}/);
    }
  });

  it('believes the page about its letters, where it is not Unicode', async () => {
    const koi = [0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4];
    const bytes = (text: string): number[] => [...text].map((one) => one.charCodeAt(0));
    const page = Uint8Array.from([
      ...bytes('<html><head><meta charset="koi8-r"></head><body>'),
      ...koi,
      ...bytes('</body></html>'),
    ]);
    expect(textsOf(await read(page))).toEqual(['Привет']);
    const sent = Uint8Array.from([...bytes('<html><body>'), ...koi]);
    const document = await readHere(sent, { mime: 'text/html; charset="KOI8-R"' });
    expect(textsOf(document)).toEqual(['Привет']);
  });

  it('takes its time only for pages that are built like pages', async () => {
    const page = (open: string, close: string, times: number): string =>
      `<html><body>${open.repeat(times)}word${close.repeat(times)}</body></html>`;
    expect(textsOf(await html(page('<div>', '</div>', 1_500)))).toEqual(['word']);
    expect(textsOf(await html(page('<p>', '', 30_000)))).toEqual(['word']);
    await expect(html(page('<div>', '</div>', 100_000))).rejects.toMatchObject({
      code: 'DOCUMENT_TOO_COMPLEX',
      details: { limit: 'nesting', most: 2_000 },
    });
  });
});
