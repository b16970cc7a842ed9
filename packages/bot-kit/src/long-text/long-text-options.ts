// What do summaries and questions about a document have in common?
import type { ModelAnswer, PrivateModel } from '../model/private-model.js';
import { type DocumentText, pageMark } from '../readers/document-text.js';

export interface LongTextOptions {
  readonly model: PrivateModel;
  readonly document: DocumentText;
  /** Of the answer, BCP 47: `de`, `pt-BR`. Models that only extract answer in the document's language. */
  readonly language: string;
  readonly signal?: AbortSignal | undefined;
  /** Every answer that is begun, for its report and its receipt: a long document takes many. */
  readonly onAnswer?: ((answer: ModelAnswer) => void) | undefined;
  readonly onProgress?: ((progress: LongTextProgress) => void) | undefined;
  readonly words?: Partial<LongTextWords> | undefined;
  /** Source of the marks around the document's text. Default: the platform's. */
  readonly random?: ((length: number) => Uint8Array) | undefined;
}

/** `reading`: parts done; `joining`: notes of parts made into fewer; `writing`: the answer begins. */
export type LongTextProgress =
  | { readonly stage: 'reading' | 'joining'; readonly done: number; readonly of: number }
  | { readonly stage: 'writing' };

/** Sentences the kit itself puts into an answer. */
export interface LongTextWords {
  /** `marks` is such as `p. 41–44, p. 50`, or empty where the document has no pages. */
  readonly notRead: (marks: string) => string;
  readonly notFound: string;
}

export const ENGLISH_WORDS: LongTextWords = {
  notRead: (marks) => (marks === '' ? 'Some parts could not be read.' : `Could not be read: ${marks}.`),
  notFound: 'The document does not say.',
};

/** Names the pages of parts that failed twice. */
export function notRead(
  { document, words }: Pick<LongTextOptions, 'document' | 'words'>,
  parts: readonly { readonly from: number; readonly to: number }[],
): string {
  const marks = parts.map(({ from, to }) => pageMark(document.unit, from, to)).filter((mark) => mark !== '');
  return { ...ENGLISH_WORDS, ...words }.notRead(marks.join(', '));
}

export function randomBytes(length: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(length));
}

/** English name of a language, for instructions. */
export function languageName(language: string): string {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? 'English';
  } catch {
    return 'English';
  }
}
