// Does a file become its text, page by page, and does everything that is not a readable document end in its code?
import { describe, expect, it } from 'vitest';
import { readHere } from '../../test/support/read-here.js';
import { writePdf } from '../../test/support/write-pdf.js';
import { readDocument } from './read-document.js';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text));

const SECRET = 'Zitronenfalter';

describe('plain text', () => {
  it('reads text as it is, with a name that says nothing', async () => {
    const document = await readDocument({
      bytes: bytes('One line.\r\nAnother — with ünïcode 😀.\n\n\n\nEnd.'),
    });
    expect(document).toEqual({
      kind: 'text',
      unit: 'none',
      pages: [{ number: 1, text: 'One line.\nAnother — with ünïcode 😀.\n\nEnd.' }],
      warnings: [],
    });
  });

  it('takes the title of Markdown', async () => {
    const document = await readHere(bytes('# The lease\n\nText.'), { name: 'a.md' });
    expect(document).toMatchObject({ kind: 'markdown', title: 'The lease' });
  });

  it('reads UTF-16 with its mark, and old encodings with a warning', async () => {
    const utf16 = Uint8Array.from([
      0xff,
      0xfe,
      ...[...'Привет'].flatMap((one) => [one.charCodeAt(0) & 255, one.charCodeAt(0) >> 8]),
    ]);
    expect((await readHere(utf16)).pages[0]?.text).toBe('Привет');
    const cp1251 = Uint8Array.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x2c, 0x20, 0xec, 0xe8, 0xf0]);
    expect(await readHere(cp1251)).toMatchObject({
      pages: [{ text: 'Привет, мир' }],
      warnings: [{ code: 'ENCODING_GUESSED' }],
    });
    const latin = Uint8Array.from([...'caf\xe9 cr\xe8me'].map((one) => one.charCodeAt(0)));
    expect((await readHere(latin)).pages[0]?.text).toBe('café crème');
  });

  it('takes control, zero-width and direction characters out', async () => {
    const document = await readHere(bytes('a\u0007b\u200bc\u202ed\u2066e\u00adf\fg'));
    expect(document.pages[0]?.text).toBe('abcdef\ng');
  });

  it('reads the words of subtitles, without numbers and times', async () => {
    const srt =
      '1\n00:00:01,000 --> 00:00:02,500\n<i>Good evening.</i>\n\n2\n00:00:03,000 --> 00:00:04,000\nWelcome to 1984.\n';
    expect(await readHere(bytes(srt))).toMatchObject({
      kind: 'subtitles',
      pages: [{ text: 'Good evening.\nWelcome to 1984.' }],
    });
    const vtt =
      'WEBVTT\n\nNOTE nothing\n\n00:01.000 --> 00:02.000 align:start\n<v Ann>Hello.\n\n00:02.000 --> 00:03.000\nHello.\n';
    expect((await readHere(bytes(vtt))).pages[0]?.text).toBe('Hello.');
  });

  it('lays JSON out in lines, and takes broken JSON as text', async () => {
    expect((await readHere(bytes('{"a":[1,2]}'), { name: 'x.json' })).pages[0]?.text).toBe(
      '{\n "a": [\n  1,\n  2\n ]\n}',
    );
    expect((await readHere(bytes('{"a":'), { name: 'x.json' })).pages[0]?.text).toBe('{"a":');
  });
});

describe('PDF', () => {
  it('reads page by page, with lines, paragraphs, joined words and the title', async () => {
    const seen: string[] = [];
    const document = await readDocument({
      bytes: writePdf(
        [
          ['The rent is 900 euro.', '', 'It is due on the first day of each calen-', 'dar month.'],
          ['Second page.'],
        ],
        { title: 'Lease (final)' },
      ),
      onProgress: ({ page, of }) => seen.push(`${page}/${of}`),
    });
    expect(document).toEqual({
      kind: 'pdf',
      unit: 'page',
      title: 'Lease (final)',
      pages: [
        { number: 1, text: 'The rent is 900 euro.\n\nIt is due on the first day of each calendar month.' },
        { number: 2, text: 'Second page.' },
      ],
      warnings: [],
    });
    expect(seen).toEqual(['1/2', '2/2']);
  });

  it('keeps the numbers of pages true around pages without text', async () => {
    const text = ['A page with enough letters to be a page of text.'];
    const document = await readDocument({ bytes: writePdf([text, 'picture', text, 'picture']) });
    expect(document.pages.map(({ number, text }) => [number, text.length > 0])).toEqual([
      [1, true],
      [2, false],
      [3, true],
      [4, false],
    ]);
    expect(document.warnings).toEqual([{ code: 'PAGES_WITHOUT_TEXT', pages: [2, 4] }]);
  });

  it('rejects: pictures of text only', async () => {
    const scan = readDocument({ bytes: writePdf(['picture', 'picture', 'picture']) });
    await expect(scan).rejects.toMatchObject({
      code: 'DOCUMENT_SCANNED',
      kind: 'config',
      details: { pages: 3 },
    });
    const stamped = readDocument({ bytes: writePdf([['1'], ['2'], ['3']]) });
    await expect(stamped).rejects.toMatchObject({ code: 'DOCUMENT_SCANNED' });
  });

  it('rejects: locked with a password', async () => {
    const locked = readDocument({ bytes: writePdf([[SECRET]], { locked: true }) });
    await expect(locked).rejects.toMatchObject({ code: 'DOCUMENT_ENCRYPTED' });
  });

  it('rejects: cut in the middle, or only a name', async () => {
    const whole = writePdf([[`${SECRET} and more words on a page.`]]);
    for (const bad of [whole.slice(0, 60), bytes('%PDF-1.7\nnothing'), bytes(`%PDF-1.4\n${SECRET}`)]) {
      await expect(readDocument({ bytes: bad })).rejects.toMatchObject({ code: 'DOCUMENT_UNREADABLE' });
    }
  });

  it('rejects: more pages than the limit, before reading any', async () => {
    const seen: number[] = [];
    const many = readDocument({
      bytes: writePdf(Array.from({ length: 12 }, () => ['text on a page'])),
      limits: { maxPages: 11 },
      onProgress: ({ page }) => seen.push(page),
    });
    await expect(many).rejects.toMatchObject({
      code: 'DOCUMENT_TOO_BIG',
      details: { limit: 'pages', most: 11, found: 12 },
    });
    expect(seen).toEqual([]);
  });
});

describe('limits', () => {
  it('rejects: files and texts above the limits', async () => {
    await expect(
      readDocument({ bytes: new Uint8Array(101).fill(97), limits: { maxBytes: 100 } }),
    ).rejects.toMatchObject({
      code: 'DOCUMENT_TOO_BIG',
      details: { limit: 'bytes', most: 100, found: 101 },
    });
    await expect(
      readDocument({ bytes: new Uint8Array(101).fill(97), limits: { maxCharacters: 100 } }),
    ).rejects.toMatchObject({ code: 'DOCUMENT_TOO_BIG', details: { limit: 'characters', most: 100 } });
  });

  it.each([
    ['nothing', [], 'DOCUMENT_EMPTY'],
    ['only spaces and stops', [32, 10, 46, 46, 32], 'DOCUMENT_EMPTY'],
    ['a PNG', [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13], 'DOCUMENT_UNSUPPORTED'],
    ['an old Word file', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0], 'DOCUMENT_UNSUPPORTED'],
    ['RTF', [...'{\\rtf1 text}'].map((one) => one.charCodeAt(0)), 'DOCUMENT_UNSUPPORTED'],
    ['UTF-16 with half a letter', [0xff, 0xfe, 65, 0, 66], 'DOCUMENT_UNSUPPORTED'],
    [
      'a locked DOCX',
      [
        0xd0,
        0xcf,
        0x11,
        0xe0,
        0xa1,
        0xb1,
        0x1a,
        0xe1,
        ...[...'EncryptedPackage'].flatMap((one) => [one.charCodeAt(0), 0]),
      ],
      'DOCUMENT_ENCRYPTED',
    ],
  ])('rejects: %s', async (_, content, code) => {
    const read = readHere(Uint8Array.from(content), { name: 'lease.pdf', mime: 'application/pdf' });
    await expect(read).rejects.toMatchObject({ code, kind: 'config' });
  });

  it('ends at once when the signal fires, before and while reading', async () => {
    await expect(readDocument({ bytes: bytes('text'), signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'aborted',
      code: 'ABORTED',
    });
    const stop = new AbortController();
    const read = readDocument({
      bytes: writePdf(
        Array.from({ length: 600 }, (_, i) => Array.from({ length: 40 }, () => `Line on page ${i}.`)),
      ),
      signal: stop.signal,
      onProgress: ({ page }) => {
        if (page === 1) stop.abort();
      },
    });
    await expect(read).rejects.toMatchObject({ kind: 'aborted', code: 'ABORTED' });
  });

  it('rejects: a document that is not read in time', async () => {
    // A clock whose every wait is over at once.
    const clock = { now: () => 0, sleep: async () => undefined };
    const read = readDocument({
      bytes: writePdf([['some text on a page']]),
      limits: { timeoutMs: 7 },
      clock,
    });
    await expect(read).rejects.toMatchObject({ code: 'DOCUMENT_TIMEOUT', details: { milliseconds: 7 } });
  });

  it('privacy: takes the bytes over, so that nothing is left of them here', async () => {
    const own = bytes(SECRET);
    await readDocument({ bytes: own });
    expect(own.length).toBe(0);
    const pool = new Uint8Array(100);
    const part = pool.subarray(10, 10 + SECRET.length);
    part.set(bytes(SECRET));
    await readDocument({ bytes: part });
    expect(pool).toEqual(new Uint8Array(100));
    const refused = bytes(SECRET);
    await readDocument({ bytes: refused, limits: { maxBytes: 1 } }).catch(() => undefined);
    expect(refused).toEqual(new Uint8Array(SECRET.length));
  });
});
