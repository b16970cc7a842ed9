// Does any file at all end in a document or in one of the named codes, and never in anything else?
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readHere } from '../../test/support/read-here.js';
import {
  docxParagraph,
  writeDocx,
  writeEpub,
  writeOdt,
  writePptx,
  writeXlsx,
} from '../../test/support/write-office.js';
import { writePdf } from '../../test/support/write-pdf.js';
import { DOCUMENT_CODES } from './document-failure.js';

const SECRET = 'Zitronenfalter';
const SEEDED = { seed: 20_261_124 };

async function expectNamedEnd(bytes: Uint8Array<ArrayBuffer>, name = 'x.txt'): Promise<void> {
  try {
    const { pages } = await readHere(bytes, { name });
    expect(pages.length).toBeGreaterThan(0);
  } catch (cause) {
    expect(cause).toMatchObject({
      name: 'CocoonError',
      code: expect.stringMatching(new RegExp(`^(?:${DOCUMENT_CODES.join('|')})$`)),
    });
    expect(JSON.stringify(cause)).not.toContain(SECRET);
  }
}

it.each([
  ['DOCX', () => writeDocx(docxParagraph(SECRET))],
  ['PPTX', () => writePptx([[SECRET]], { 0: SECRET })],
  ['XLSX', () => writeXlsx({ A: '<row><c t="s"><v>0</v></c></row>' }, [SECRET])],
  ['ODT', () => writeOdt(`<text:p>${SECRET}</text:p>`)],
  ['EPUB', () => writeEpub([`<p>${SECRET}</p>`])],
  ['PDF', () => writePdf([[SECRET, 'and more words']])],
])('%s with any bytes changed, put in or left out', async (_, write) => {
  const whole = write();
  const change = fc.record({
    place: fc.nat(whole.length - 1),
    byte: fc.integer({ min: 0, max: 255 }),
    cut: fc.nat(20),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      const bytes = whole.slice();
      let end = bytes.length;
      for (const { place, byte, cut } of changes) {
        bytes[place] = byte;
        if (cut === 0) end = Math.max(1, place);
      }
      await expectNamedEnd(bytes.slice(0, end));
    }),
    { ...SEEDED, numRuns: 60 },
  );
});

it('any text, as any kind of text file', async () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '</div>',
    '<p',
    '<!--',
    '&amp;',
    '"',
    'WEBVTT',
    '1\n00:00:01,000 --> 00:00:02,000\n',
    '{',
    '[',
    '\n\n',
    ' ',
    'word',
    '\0',
    '\ud800',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 30 }),
      fc.constantFrom('x.html', 'x.json', 'x.md', 'x.csv', 'x.srt', 'x'),
      async (pieces, name) => expectNamedEnd(new Uint8Array(new TextEncoder().encode(pieces.join(''))), name),
    ),
    { ...SEEDED, numRuns: 150 },
  );
});

it('any bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) =>
      expectNamedEnd(new Uint8Array(bytes)),
    ),
    { ...SEEDED, numRuns: 150 },
  );
});
