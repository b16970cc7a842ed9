// What does a person read for an error? Every code has a sentence; none shows a stack, a status or a model's name first.
import { CocoonError, type ErrorKind } from '@cocoonkit/sdk';
import { refusalSentence } from '../hooks/refusal.js';
import type { Say, TextKey } from '../texts/say.js';

const BY_CODE: Readonly<Record<string, TextKey>> = {
  ACCESS_DENIED: 'error.notAllowed',
  ARCHIVE_BOMB: 'error.documentBomb',
  AUDIO_TOO_LONG: 'error.audioTooLong',
  BUDGET_USED: 'error.today',
  BUTTON_NOT_YOURS: 'error.notYours',
  BUTTON_TOO_OLD: 'error.oldButton',
  CONTEXT_OVERFLOW: 'error.tooLong',
  BODY_TOO_LARGE: 'error.tooLong',
  DOCUMENT_EMPTY: 'error.documentEmpty',
  DOCUMENT_ENCRYPTED: 'error.documentEncrypted',
  DOCUMENT_NOT_OPEN: 'error.openDocument',
  DOCUMENT_SCANNED: 'error.documentScanned',
  DOCUMENT_TIMEOUT: 'error.documentTimeout',
  DOCUMENT_TOO_BIG: 'error.documentTooBig',
  DOCUMENT_TOO_LONG: 'error.documentTooLong',
  DOCUMENT_UNREADABLE: 'error.documentUnreadable',
  DOCUMENT_TOO_COMPLEX: 'error.documentTooLong',
  DOCUMENT_UNSAFE: 'error.documentUnreadable',
  DOCUMENT_UNSUPPORTED: 'error.documentUnsupported',
  EXPORT_EMPTY: 'error.exportEmpty',
  EXPORT_SEVERAL_CHATS: 'error.exportSeveral',
  EXPORT_UNREADABLE: 'error.exportUnreadable',
  GROUP_NOT_ENABLED: 'error.groupOff',
  FILE_NOT_FETCHED: 'error.fileNotFetched',
  HOOK_FAILED: 'error.hook',
  HOOK_TIMEOUT: 'error.hook',
  JOURNAL_FULL: 'error.queueFull',
  JOBS_CLOSED: 'answer.restarting',
  JOBS_FULL: 'error.queueFull',
  JOBS_USER_FULL: 'error.tooFast',
  LINK_INVALID: 'error.linkRefused',
  LINK_NOT_ALLOWED: 'error.linkRefused',
  LINK_NOT_FOUND: 'error.linkFailed',
  LINK_PRIVATE_ADDRESS: 'error.linkRefused',
  LINK_REDIRECTS: 'error.linkFailed',
  LINK_STATUS: 'error.linkFailed',
  LINK_TIMEOUT: 'error.linkFailed',
  LINK_TOO_BIG: 'error.linkFailed',
  LINK_TYPE: 'error.linkFailed',
  LINK_UNREACHABLE: 'error.linkFailed',
  MODEL_LACKS_FEATURE: 'error.notWithThisModel',
  NOTHING_TO_DO: 'error.nothingToDo',
  NOT_ADMIN: 'error.onlyAdmins',
  NO_TRANSCRIBER: 'error.noAudio',
  PICTURE_UNSUPPORTED: 'error.picture',
  PRIVATE_CHAT_ONLY: 'error.privateOnly',
  QUESTION_EMPTY: 'error.nothingToDo',
  RECORD_FORGOTTEN: 'error.forgotten',
  REFUSED_BY_OPERATOR: 'error.byRules',
  REQUEST_INVALID: 'error.refused',
  REQUEST_REFUSED: 'error.refused',
  TRANSCRIBER_FAILED: 'error.audioFailed',
  STORAGE_FAILED: 'error.storage',
  STREAM_TRUNCATED: 'error.stopped',
  TIMEOUT: 'error.timeout',
  TOO_FAST: 'error.tooFast',
  WORKER_LOST: 'error.stopped',
};

const BY_KIND: Readonly<Record<ErrorKind, TextKey>> = {
  aborted: 'answer.stopped',
  attestation: 'error.notConfirmed',
  config: 'error.bot',
  model: 'error.notWithThisModel',
  network: 'error.network',
  payment: 'error.funds',
  protocol: 'error.untrusted',
};

/** Codes whose sentence says all; a code beside it would only frighten. */
const SILENT: ReadonlySet<TextKey> = new Set<TextKey>([
  'answer.stopped',
  'error.today',
  'error.tooFast',
  'error.queueFull',
  'error.notAllowed',
  'error.oldButton',
  'error.notYours',
  'error.nothingToDo',
  'error.openDocument',
  'error.forgotten',
  'error.groupOff',
  'error.onlyAdmins',
  'error.privateOnly',
  'error.byRules',
  'error.noAudio',
  'error.picture',
  'error.notWithThisModel',
]);

/** The sentence's key for an error of the SDK, of this kit, or of anything else. */
export function errorKey(error: unknown): TextKey {
  if (!(error instanceof CocoonError)) return 'error.unexpected';
  // Counted by the reader (pages, characters), not by the file's size.
  if (error.code === 'DOCUMENT_TOO_BIG' && error.details['size'] === undefined)
    return 'error.documentTooLong';
  return BY_CODE[error.code] ?? BY_KIND[error.kind];
}

/** One sentence, one next step, and where it helps a short code for the operator. Never holds anything a user wrote. */
export function explainError(error: unknown, { say, contact }: { say: Say; contact: string }): string {
  const own = refusalSentence(error);
  if (own !== undefined) return own;
  const key = errorKey(error);
  const sentence = say(key, { ...errorValues(error, say), contact });
  if (SILENT.has(key)) return sentence;
  return `${sentence}\n${say('error.code', { code: shortCode(error) })}`;
}

/** What an error's sentence may name: numbers and limits, in words of the person's language. */
export function errorValues(error: unknown, say: Say): Record<string, string | number> {
  const details = error instanceof CocoonError ? error.details : {};
  const values = Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === 'number' ? value : String(value)]),
  );
  // Readers say which limit it was and how much it allows.
  const { most, limit } = details;
  if (typeof most === 'number' && limit === 'pages') values['limit'] = say('error.pages', { count: most });
  if (typeof most === 'number' && limit === 'characters')
    values['limit'] = say('error.characters', { count: most });
  return values;
}

/** Safe to quote: a stable code, and the support id the proxy's operator can look up. */
function shortCode(error: unknown): string {
  if (!(error instanceof CocoonError)) return 'UNEXPECTED';
  return error.supportId === undefined ? error.code : `${error.code} ${error.supportId}`;
}
