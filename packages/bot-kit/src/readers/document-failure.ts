// Why a reader gave up, as the reading thread says it: a code and numbers. The SDK is not loaded there.

export const DOCUMENT_CODES = [
  'DOCUMENT_TOO_BIG',
  'DOCUMENT_ENCRYPTED',
  'DOCUMENT_SCANNED',
  'DOCUMENT_UNREADABLE',
  'DOCUMENT_UNSUPPORTED',
  'DOCUMENT_EMPTY',
  'DOCUMENT_UNSAFE',
  'ARCHIVE_BOMB',
  'DOCUMENT_TOO_COMPLEX',
  'DOCUMENT_TIMEOUT',
] as const;

export type DocumentCode = (typeof DOCUMENT_CODES)[number];

/** Numbers, and names of limits and types. Nothing of the document. */
export type DocumentDetails = Readonly<Record<string, string | number>>;

export class DocumentFailure extends Error {
  readonly code: DocumentCode;
  readonly details: DocumentDetails;

  constructor(code: DocumentCode, details: DocumentDetails = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}
