// What may be said of a connection that failed?
import { type UpstreamErrorCode, upstreamError } from './upstream-error.js';

/** Keeps the name of a socket or HTTP error, never the error itself: a parse error of undici holds the bytes it met. */
export function socketError(error: unknown, otherwise: UpstreamErrorCode): Error {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return upstreamError('UPSTREAM_TIMEOUT');
  const notHttp = error instanceof Error && error.name === 'HTTPParserError';
  if (notHttp || code === 'UND_ERR_HEADERS_OVERFLOW')
    return upstreamError('UPSTREAM_MALFORMED', { reason: 'not HTTP' });
  return upstreamError(otherwise, /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? { socket: code } : {});
}
