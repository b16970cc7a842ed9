// What is this file, by its bytes? A name only tells kinds of plain text apart, never what may be opened.
import { DocumentFailure } from './document-failure.js';

/** Zip archives are told apart by what is inside. */
export type FileKind = 'pdf' | 'zip' | 'html' | 'markdown' | 'csv' | 'json' | 'subtitles' | 'text';

/** A PDF's header may stand behind some bytes of junk. */
const PDF_HEADER_WITHIN = 1024;
const TEXT_SAMPLE_BYTES = 64 * 1024;

export interface FileHints {
  readonly name?: string | undefined;
  readonly mime?: string | undefined;
}

/** @throws DocumentFailure `DOCUMENT_EMPTY`, `DOCUMENT_ENCRYPTED`, `DOCUMENT_UNSUPPORTED` */
export function detectKind(bytes: Uint8Array, hints: FileHints): FileKind {
  if (bytes.length === 0) throw new DocumentFailure('DOCUMENT_EMPTY');
  const head = latin1(bytes.subarray(0, PDF_HEADER_WITHIN));
  if (head.includes('%PDF-')) return 'pdf';
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) return 'zip';
  if (head.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) throw oldOffice(bytes);
  if (isBinary(bytes, head)) throw new DocumentFailure('DOCUMENT_UNSUPPORTED');
  return textKind(head.replace(/^(?:\xef\xbb\xbf)?\s+/, '').replaceAll('\0', ''), hints);
}

function textKind(head: string, { name = '', mime = '' }: FileHints): FileKind {
  if (
    /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i.test(
      head,
    )
  ) {
    return 'html';
  }
  if (
    /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?WEBVTT\b/.test(head) ||
    /^\D{0,3}\d+\s+\d{1,2}:\d\d:\d\d[,.]\d{3} --> /.test(head)
  ) {
    return 'subtitles';
  }
  const ending = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const type = mime.split(';')[0]?.trim().toLowerCase() ?? '';
  if (ending === 'html' || ending === 'htm' || type === 'text/html') return 'html';
  if (ending === 'md' || ending === 'markdown' || type === 'text/markdown') return 'markdown';
  if (ending === 'csv' || ending === 'tsv' || /^text\/(?:csv|tab-separated-values)$/.test(type)) return 'csv';
  if (ending === 'json' || type === 'application/json') return 'json';
  return 'text';
}

/** Locked DOCX, XLSX and PPTX files are such containers with one stream of this name. */
function oldOffice(bytes: Uint8Array): DocumentFailure {
  const name = [...'EncryptedPackage'].map((letter) => `${letter}\0`).join('');
  return new DocumentFailure(latin1(bytes).includes(name) ? 'DOCUMENT_ENCRYPTED' : 'DOCUMENT_UNSUPPORTED', {
    type: 'ole',
  });
}

/** Text has no zero bytes, unless it is UTF-16 and says so; and few control characters. */
function isBinary(bytes: Uint8Array, head: string): boolean {
  if (head.startsWith('\xff\xfe') || head.startsWith('\xfe\xff')) return bytes.length % 2 !== 0;
  if (head.startsWith('{\\rtf')) return true;
  const sample = bytes.subarray(0, TEXT_SAMPLE_BYTES);
  let control = 0;
  for (const byte of sample) {
    if (byte === 0) return true;
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) control++;
  }
  return control * 10 > sample.length;
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
