// What does a failed call to Telegram mean for the answer: wait, go on, send it otherwise, or end?
import { GrammyError, HttpError } from 'grammy';

export type Failure =
  /** Too many calls (429): wait as long as it says. */
  | { kind: 'flood'; retryAfterMs: number }
  /** The message shows exactly this already. */
  | { kind: 'unchanged' }
  /** The message to edit is not there any more. */
  | { kind: 'gone' }
  /** The person blocked the bot, left, or the chat is closed to it: nothing can be sent there. */
  | { kind: 'blocked' }
  /** Telegram does not take this call as it is. */
  | { kind: 'refused' }
  /** Telegram says that it failed (5xx), or the request never left: it can be sent again. */
  | { kind: 'again' }
  /** The connection broke after the request may have left: nobody knows whether it was carried out. */
  | { kind: 'uncertain' };

/** Errors of Node's sockets before anything was sent. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
]);
const NO_TARGET = /message to edit not found|message_id_invalid|message can't be edited|message not found/i;
const NO_CHAT =
  /chat not found|user is deactivated|not enough rights|have no rights|kicked|not a member|topic_closed|thread not found|group chat was upgraded/i;
const DEFAULT_RETRY_SECONDS = 3;

/** Telegram has understood the call and does not do it. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof GrammyError && (error.error_code === 400 || error.error_code === 403);

export function judgeFailure(error: unknown): Failure {
  if (error instanceof GrammyError) return judgeAnswer(error);
  if (error instanceof HttpError) return { kind: NOT_SENT.has(codeOf(error.error)) ? 'again' : 'uncertain' };
  return { kind: 'uncertain' };
}

function judgeAnswer({ error_code, description, parameters }: GrammyError): Failure {
  if (error_code === 429)
    return { kind: 'flood', retryAfterMs: (parameters.retry_after ?? DEFAULT_RETRY_SECONDS) * 1_000 };
  if (error_code >= 500) return { kind: 'again' };
  if (error_code === 403) return { kind: 'blocked' };
  if (/message is not modified/i.test(description)) return { kind: 'unchanged' };
  if (NO_TARGET.test(description)) return { kind: 'gone' };
  return NO_CHAT.test(description) ? { kind: 'blocked' } : { kind: 'refused' };
}

/** Of node-fetch and of undici, which wraps its errors once more. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? codeOf(error.cause) : '';
}
