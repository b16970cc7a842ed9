// What does a PDF say, page by page?
import { getDocumentProxy } from 'unpdf';
import { DocumentFailure } from '../document-failure.js';
import type { PageSink, ReadResult } from '../page-sink.js';
import { layOutPage, type TextPiece } from './lay-out-page.js';

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

/** Fewer letters on a page than this, on average, are stamps on a scan and not its text. */
const LETTERS_PER_PAGE_MIN = 8;
const TITLE_UNITS_MAX = 200;

/** @throws DocumentFailure `DOCUMENT_ENCRYPTED`, `DOCUMENT_UNREADABLE`, `DOCUMENT_SCANNED`, `DOCUMENT_TOO_BIG` */
export async function readPdf(bytes: Uint8Array, sink: PageSink): Promise<ReadResult> {
  const pdf = await open(bytes);
  try {
    sink.expect(pdf.numPages);
    let letters = 0;
    let unreadable = 0;
    for (let number = 1; number <= pdf.numPages; number++) {
      const text = await readPage(pdf, number);
      sink.page(text ?? '');
      letters += text?.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
      if (text === undefined) {
        unreadable++;
        sink.warn('PAGES_UNREADABLE');
      } else if (!/[\p{L}\p{N}]/u.test(text)) sink.warn('PAGES_WITHOUT_TEXT');
    }
    if (unreadable === pdf.numPages) throw new DocumentFailure('DOCUMENT_UNREADABLE');
    if (letters < LETTERS_PER_PAGE_MIN * (pdf.numPages - unreadable)) {
      throw new DocumentFailure('DOCUMENT_SCANNED', { pages: pdf.numPages });
    }
    return { kind: 'pdf', unit: 'page', title: await readTitle(pdf) };
  } finally {
    await pdf.destroy();
  }
}

async function open(bytes: Uint8Array): Promise<Pdf> {
  try {
    // Nothing is drawn, so nothing of the file is run, fetched or turned into a font.
    return await getDocumentProxy(bytes, {
      isEvalSupported: false,
      disableFontFace: true,
      useSystemFonts: false,
      useWorkerFetch: false,
      enableXfa: false,
      stopAtErrors: false,
      verbosity: 0,
    });
  } catch (cause) {
    const locked = cause instanceof Error && cause.name === 'PasswordException';
    throw new DocumentFailure(locked ? 'DOCUMENT_ENCRYPTED' : 'DOCUMENT_UNREADABLE');
  }
}

/** `undefined` when the page is damaged; the others may still be read. */
async function readPage(pdf: Pdf, number: number): Promise<string | undefined> {
  try {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    const pieces: TextPiece[] = [];
    for (const item of items) {
      if (!('str' in item)) continue;
      pieces.push({
        text: item.str,
        y: Number(item.transform[5]),
        height: item.height,
        endsLine: item.hasEOL,
      });
    }
    page.cleanup();
    return layOutPage(pieces);
  } catch {
    return undefined;
  }
}

async function readTitle(pdf: Pdf): Promise<string | undefined> {
  try {
    const { info } = await pdf.getMetadata();
    const title: unknown = 'Title' in info ? info['Title'] : undefined;
    if (typeof title !== 'string' || title.trim() === '') return undefined;
    return title.trim().slice(0, TITLE_UNITS_MAX);
  } catch {
    return undefined;
  }
}
