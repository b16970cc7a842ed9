// What is one request called in the log? The name that its client shows as support id (PROTOCOL.md §13).
import { sha256 } from './equal-secret.js';
import { toHex } from './hex.js';

/** First 16 hex digits of SHA-256 of the operation id, which only client, proxy and worker know. */
export function requestName(operationId: Uint8Array): string {
  return toHex(sha256(operationId)).slice(0, 16);
}
