// Is this JSON the same to every reader? Strict UTF-8, no duplicate keys, bounded depth (PROTOCOL.md §6.2).
import { fromUtf8 } from '../internal/bytes.js';
import { checkKeys } from '../internal/json-keys.js';
import { LIMITS } from './limits.js';
import { malformed } from './malformed.js';

/**
 * Parses a JSON object, refusing what parsers read differently.
 * @throws CocoonError `MALFORMED`
 */
export function parseStrictJson(bytes: Uint8Array): Record<string, unknown> {
  let source: string;
  let value: unknown;
  try {
    source = fromUtf8(bytes);
    value = JSON.parse(source);
  } catch {
    // The parser's message quotes the text; it must not travel.
    throw malformed('JSON', 'not valid UTF-8 JSON');
  }
  checkKeys(source, value, LIMITS.jsonDepth, (holds, what) => {
    if (!holds) throw malformed('JSON', what);
  });
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('JSON', 'not an object');
  return Object.fromEntries(Object.entries(value));
}
