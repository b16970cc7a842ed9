// Does every archive that is not an honest document end in its code, quickly and without unpacking?
import { describe, expect, it } from 'vitest';
import { readHere } from '../../test/support/read-here.js';
import {
  docxParagraph,
  docxParts,
  writeDocx,
  writeEpub,
  writeOdt,
  writeXlsx,
  writeZip,
} from '../../test/support/write-office.js';
import { ZIP_LIMITS } from './document-limits.js';
import { openZip } from './formats/open-zip.js';
import { readDocument } from './read-document.js';

type Bytes = Uint8Array<ArrayBuffer>;

const SECRET = 'Zitronenfalter';
const good = (): Bytes => writeDocx(docxParagraph(SECRET));

/** Offsets of a signature in an archive. */
function find(bytes: Bytes, signature: readonly number[]): number[] {
  const found: number[] = [];
  for (let place = 0; place < bytes.length - 4; place++) {
    if (signature.every((byte, index) => bytes[place + index] === byte)) found.push(place);
  }
  return found;
}
const CENTRAL = [0x50, 0x4b, 1, 2];
const LOCAL = [0x50, 0x4b, 3, 4];
const END = [0x50, 0x4b, 5, 6];

/** Writes a number into the header of the entry `index` of the directory. */
function edited(
  bytes: Bytes,
  signature: readonly number[],
  index: number,
  offset: number,
  size: 2 | 4,
  value: number,
): Bytes {
  const view = new DataView(bytes.buffer);
  const place = (find(bytes, signature)[index] ?? Number.NaN) + offset;
  if (size === 2) view.setUint16(place, value, true);
  else view.setUint32(place, value, true);
  return bytes;
}

/** Which record of the directory is the text's. */
function mainEntry(bytes: Bytes): number {
  const latin1 = new TextDecoder('latin1');
  return find(bytes, CENTRAL).findIndex(
    (place) => latin1.decode(bytes.subarray(place + 46, place + 63)) === 'word/document.xml',
  );
}

/** Another name of the same length, in both headers. */
function renamed(bytes: Bytes, from: string, to: string): Bytes {
  const text = new TextEncoder();
  for (const place of find(bytes, [...text.encode(from)])) bytes.set(text.encode(to), place);
  return bytes;
}

async function refusal(bytes: Bytes): Promise<unknown> {
  return readHere(bytes, { name: `${SECRET}.docx` }).then(
    () => 'read',
    (cause: unknown) => {
      expect(
        JSON.stringify(cause) + String(cause) + (cause instanceof Error ? cause.stack : ''),
      ).not.toContain(SECRET);
      return cause;
    },
  );
}

it('reads the honest one', async () => {
  expect(await refusal(good())).toBe('read');
});

describe('bombs', () => {
  it('rejects: an entry that says it is larger than the limit', async () => {
    const index = mainEntry(good());
    expect(await refusal(edited(good(), CENTRAL, index, 24, 4, 60 * 1024 * 1024))).toMatchObject({
      code: 'ARCHIVE_BOMB',
      details: { limit: 'entryBytes', most: 50 * 1024 * 1024 },
    });
  });

  it('rejects: a text packed more than a hundred times', async () => {
    const bomb = writeDocx(docxParagraph('a'.repeat(4 * 1024 * 1024)));
    expect(await refusal(bomb)).toMatchObject({
      code: 'ARCHIVE_BOMB',
      details: { limit: 'ratio', most: 100 },
    });
  });

  it('rejects: more than the directory claims', async () => {
    const bomb = writeDocx(docxParagraph('a'.repeat(4 * 1024 * 1024)));
    expect(await refusal(edited(bomb, CENTRAL, mainEntry(bomb), 24, 4, 900_000))).toMatchObject({
      code: 'ARCHIVE_BOMB',
      details: { limit: 'declaredBytes', most: 900_000 },
    });
  });

  it('rejects: less than the directory claims', async () => {
    const archive = good();
    const place = (find(archive, CENTRAL)[mainEntry(archive)] ?? 0) + 24;
    const size = new DataView(archive.buffer).getUint32(place, true);
    const outcome = await refusal(edited(archive, CENTRAL, mainEntry(archive), 24, 4, size + 10));
    expect(outcome).toMatchObject({ code: 'DOCUMENT_UNREADABLE' });
  });

  it('rejects: many entries that together are too much, each harmless alone', () => {
    const parts = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, name.repeat(300)]));
    const zip = openZip(writeZip(parts), { ...ZIP_LIMITS, maxTotalBytes: 1_000 });
    for (const name of ['a', 'b', 'c']) expect(zip.read(name)).toHaveLength(300);
    expect(() => zip.read('d')).toThrow(
      expect.objectContaining({ code: 'ARCHIVE_BOMB', details: { limit: 'totalBytes', most: 1_000 } }),
    );
  });

  it('rejects: thousands of entries', async () => {
    const parts = docxParts(docxParagraph(SECRET));
    for (let index = 0; index < 5_001; index++) parts[`x/${index}`] = '';
    expect(await refusal(writeZip(parts, 0))).toMatchObject({
      code: 'ARCHIVE_BOMB',
      details: { limit: 'entries', most: 5_000 },
    });
  });

  it('rejects: entries that share their bytes', async () => {
    const bytes = writeZip({ 'one.xml': 'same', 'two.xml': 'same' }, 0);
    const first = find(bytes, LOCAL)[0] ?? 0;
    // The second entry's directory record points to the first one's bytes.
    const shared = renamed(edited(bytes, CENTRAL, 1, 42, 4, first), 'two.xml', 'one.xml');
    expect(await refusal(shared)).toMatchObject({
      code: 'DOCUMENT_UNSAFE',
      details: { reason: 'duplicate' },
    });
    const parts = writeZip({ 'a.xml': writeZip({ 'b.xml': 'inner' }, 0), 'b.xml': 'inner' }, 0);
    const inner = find(parts, LOCAL)[1] ?? 0;
    expect(
      await refusal(edited(parts, CENTRAL, find(parts, CENTRAL).length - 1, 42, 4, inner)),
    ).toMatchObject({
      code: 'ARCHIVE_BOMB',
      details: { limit: 'overlap' },
    });
  });

  it('rejects: a small table of texts that a million cells repeat', async () => {
    const cell = '<c t="s"><v>0</v></c>';
    const rows = `<row>${cell.repeat(500)}</row>`.repeat(4);
    const sheet = writeXlsx({ Big: rows }, ['long text '.repeat(9_000)]);
    expect(await refusal(sheet)).toMatchObject({
      code: 'DOCUMENT_TOO_BIG',
      details: { limit: 'characters' },
    });
  });

  it('rejects: a cell larger than any program makes', async () => {
    const huge = Array.from({ length: 20_000 }, (_, i) => (i * 7919).toString(36)).join(' ');
    const sheet = writeXlsx({ Big: `<row><c t="inlineStr"><is><t>${huge}</t></is></c></row>` });
    expect(await refusal(sheet)).toMatchObject({
      code: 'DOCUMENT_TOO_BIG',
      details: { limit: 'cellCharacters', most: 100_000 },
    });
  });
});

describe('names', () => {
  it.each([
    '../../etc/passwd',
    '/etc/passwd',
    'C:/windows/a',
    'word\\a.xml',
    'a/./b.xml',
    'a/..',
    'word/a\0.xml',
  ])('rejects: %j', async (name) => {
    const archive = writeZip({ ...docxParts(docxParagraph(SECRET)), [name]: 'x' });
    expect(await refusal(archive)).toMatchObject({ code: 'DOCUMENT_UNSAFE', details: { reason: 'path' } });
  });

  it('rejects: two headers that name an entry differently', async () => {
    const bytes = good();
    const place = find(bytes, LOCAL)[0] ?? 0;
    bytes[place + 30] = 88;
    expect(await refusal(bytes)).toMatchObject({ code: 'DOCUMENT_UNSAFE', details: { reason: 'names' } });
  });

  it('cannot be led out of the archive by a relation', async () => {
    const parts = docxParts(docxParagraph('Text.'), {
      'word/_rels/document.xml.rels':
        '<Relationships><Relationship Id="r" Type="x/footnotes" Target="../../../../etc/passwd"/><Relationship Id="s" Type="x/footnotes" TargetMode="External" Target="http://192.0.2.1/n"/></Relationships>',
    });
    const document = await readHere(writeZip(parts));
    expect(document.pages).toEqual([{ number: 1, text: 'Text.' }]);
  });
});

describe('XML', () => {
  it.each([
    ['an outside file', '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'],
    ['a billion laughs', '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'],
    ['a parameter entity', '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://192.0.2.1/x"> %p;]>'],
  ])('rejects: %s', async (_, type) => {
    const parts = docxParts(docxParagraph(`&f;${SECRET}`));
    const main = String(parts['word/document.xml']).replace('?>', `?>${type}`);
    const outcome = await refusal(writeZip({ ...parts, 'word/document.xml': main }));
    expect(outcome).toMatchObject({ code: 'DOCUMENT_UNSAFE', details: { reason: 'entities' } });
  });

  it('leaves an unknown entity as it is written', async () => {
    const document = await readDocument({
      bytes: writeDocx(docxParagraph('a &unknown; b &#99999999; &#xD800;')),
    });
    expect(document.pages[0]?.text).toMatch(/^a &unknown; b/);
  });

  it.each([
    ['<w:p><w:r><w:t>open'],
    ['<w:p attribute="never closed><w:t>a</w:t>'],
    ['<!-- never closed'],
    ['<![CDATA[ never'],
  ])('rejects: %s', async (body) => {
    const parts = docxParts('');
    const outcome = await refusal(writeZip({ ...parts, 'word/document.xml': `<w:document>${body}` }));
    expect(outcome).toMatchObject({ kind: 'config' });
  });
});

describe('damage and locks', () => {
  it('rejects: cut anywhere', async () => {
    const whole = good();
    for (const length of [4, 30, 100, whole.length >> 1, whole.length - 23, whole.length - 1]) {
      expect(await refusal(whole.slice(0, length))).toMatchObject({ code: 'DOCUMENT_UNREADABLE' });
    }
  });

  it('rejects: packed bytes that are not what they were', async () => {
    const bytes = good();
    const place = find(bytes, LOCAL)[1] ?? 0;
    for (let index = 0; index < 12; index++) bytes[place + 52 + index] = 0xff;
    expect(await refusal(bytes)).toMatchObject({ code: 'DOCUMENT_UNREADABLE' });
  });

  it('rejects: headers that point outside', async () => {
    for (const change of [
      [CENTRAL, 0, 42, 4, 0xffffff],
      [CENTRAL, 0, 20, 4, 0xffffff],
      [CENTRAL, 0, 28, 2, 0xffff],
      [CENTRAL, 0, 10, 2, 12],
      [END, 0, 16, 4, 0xffffffff],
      [END, 0, 10, 2, 99],
    ] as const) {
      const [signature, index, offset, size, value] = change;
      const outcome = await refusal(edited(good(), signature, index, offset, size, value));
      expect(outcome).toMatchObject({ code: 'DOCUMENT_UNREADABLE' });
    }
  });

  it('rejects: locked archives, documents and books', async () => {
    expect(await refusal(edited(good(), CENTRAL, 0, 8, 2, 1))).toMatchObject({ code: 'DOCUMENT_ENCRYPTED' });
    const odt = writeOdt('<text:p>x</text:p>', {
      'META-INF/manifest.xml': '<manifest:manifest><manifest:encryption-data/></manifest:manifest>',
    });
    expect(await refusal(odt)).toMatchObject({ code: 'DOCUMENT_ENCRYPTED' });
    const lock = (uri: string) => ({
      'META-INF/encryption.xml': `<encryption><enc:CipherReference URI="${uri}"/></encryption>`,
    });
    expect(await refusal(writeEpub(['<p>x</p>'], lock('OEBPS/text/z%200.xhtml')))).toMatchObject({
      code: 'DOCUMENT_ENCRYPTED',
    });
    expect(await refusal(writeEpub(['<p>x</p>'], lock('OEBPS/font.otf')))).toBe('read');
  });

  it('rejects: other archives, and documents without a word', async () => {
    expect(await refusal(writeZip({ 'a.txt': SECRET }))).toMatchObject({ code: 'DOCUMENT_UNSUPPORTED' });
    expect(await refusal(writeZip({ 'inner.docx': good() }))).toMatchObject({ code: 'DOCUMENT_UNSUPPORTED' });
    expect(await refusal(writeZip({}))).toMatchObject({ code: 'DOCUMENT_UNSUPPORTED' });
    expect(await refusal(writeDocx(''))).toMatchObject({ code: 'DOCUMENT_EMPTY' });
  });

  it('rejects: a document that needs more memory than allowed', async () => {
    const wide = `<html><body>${'<i></i>'.repeat(400_000)}text</body></html>`;
    const read = readDocument({
      bytes: new Uint8Array(new TextEncoder().encode(wide)),
      limits: { maxMemoryMegabytes: 24 },
    });
    await expect(read).rejects.toMatchObject({ code: 'DOCUMENT_TOO_COMPLEX', details: { megabytes: 24 } });
  });
});
