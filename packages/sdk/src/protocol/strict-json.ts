// Is this JSON the same to every reader? Strict UTF-8, no duplicate keys, bounded depth (PROTOCOL.md §6.2).
import { fromUtf8 } from '../internal/bytes.js';
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
  checkKeysAndDepth(source);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('JSON', 'not an object');
  return Object.fromEntries(Object.entries(value));
}

/** Walks text that JSON.parse accepted; only strings, braces and brackets matter. */
function checkKeysAndDepth(source: string): void {
  const open: (Set<string> | null)[] = [];
  let key = false;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : null);
      if (open.length > LIMITS.jsonDepth) throw malformed('JSON', 'nested too deeply');
      key = character === '{';
    } else if (character === '}' || character === ']') {
      open.pop();
      key = false;
    } else if (character === ',') {
      key = open.at(-1) instanceof Set;
    } else if (character === '"') {
      const end = stringEnd(source, at);
      const keys = open.at(-1);
      if (key && keys instanceof Set) {
        const name: unknown = JSON.parse(source.slice(at, end));
        if (typeof name === 'string') {
          if (keys.has(name)) throw malformed('JSON', 'duplicate key');
          keys.add(name);
        }
      }
      key = false;
      at = end - 1;
    }
  }
}

/** Index just after the closing quote of the string that opens at `start`. */
function stringEnd(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '"') return at + 1;
  }
  return source.length;
}
