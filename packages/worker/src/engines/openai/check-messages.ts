// Could this conversation make the model server fetch something, and does it need eyes?
import { isRecord } from './is-record.js';
import { upstreamError } from './upstream-error.js';

/** The inner request may be 32 levels deep; this walk stops well above that. */
const MAX_DEPTH = 64;
const EMBEDDED = 'data:';
const NAMES_CONTENT = /(?:ur[il]s?|path|file_?data)$|^(?:input_)?(?:image|video|audio|file)$/i;

/**
 * Model servers take images, audio, video and files by URL, by local path or by the id of a stored file. All of these reach
 * outside the request, so only content carried in the request itself passes: `data:` URLs, in exactly this spelling.
 *
 * @returns whether a picture or film is among the content.
 * @throws CocoonError `REQUEST_INVALID` (no messages, not objects, nested too deep), `UNSUPPORTED_URL`, `UNSUPPORTED_FIELD`.
 */
export function checkMessages(messages: unknown): { needsVision: boolean } {
  if (!Array.isArray(messages) || messages.length === 0)
    throw upstreamError('REQUEST_INVALID', { field: 'messages' });
  let needsVision = false;
  for (const message of messages) {
    if (!isRecord(message)) throw upstreamError('REQUEST_INVALID', { field: 'messages' });
    for (const [field, value] of Object.entries(message)) {
      // What a model once called is text for the prompt, never followed: its arguments are a JSON string.
      if (field === 'tool_calls' || field === 'function_call') continue;
      if (findMedia(field, value, 0)) needsVision = true;
    }
  }
  return { needsVision };
}

function findMedia(key: string, value: unknown, depth: number): boolean {
  if (depth > MAX_DEPTH) throw upstreamError('REQUEST_INVALID', { field: 'messages', maxDepth: MAX_DEPTH });
  if (/^file_?ids?$/i.test(key) && value !== null)
    throw upstreamError('UNSUPPORTED_URL', { field: 'file_id' });
  // Ready-made tensors are code to some loaders.
  if (/_embeds$/i.test(key) && value !== null) throw upstreamError('UNSUPPORTED_FIELD', { field: 'embeds' });
  if (typeof value === 'string') {
    if (NAMES_CONTENT.test(key) && !value.startsWith(EMBEDDED)) throw upstreamError('UNSUPPORTED_URL');
    return isPicture(key, value);
  }
  if (Array.isArray(value)) return value.map((item) => findMedia(key, item, depth + 1)).includes(true);
  if (!isRecord(value)) return isPicture(key, value);
  const found = Object.entries(value).map(([name, item]) => findMedia(name, item, depth + 1));
  return isPicture(key, value) || found.includes(true);
}

function isPicture(key: string, value: unknown): boolean {
  if (key === 'type') return typeof value === 'string' && /image|video/i.test(value);
  return /^(?:input_)?(?:image|video)/i.test(key) && value !== null;
}
