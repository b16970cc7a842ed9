// What do the messages of a hostile chat request say, and is there only text in them?
import { contextOverflow, lacksFeature, requestInvalid } from './request-error.js';
import { measureText } from './tokenizer.js';

export const MAX_TEXT_BYTES = 4 * 1024 * 1024;
export const MAX_CONTEXT_TOKENS = 1_000_000;
const MAX_MESSAGES = 1024;
const MAX_PARTS = 1024;
/** Counted for every message, for its role and its borders. */
export const TOKENS_PER_MESSAGE = 4;

export interface Message {
  role: 'system' | 'user' | 'assistant';
  text: string;
}

/**
 * @returns the messages and their prompt tokens: tokens of every text part, and 4 a message.
 * @throws CocoonError `REQUEST_INVALID`, `MODEL_LACKS_FEATURE` (images, sound, files, tool results), `CONTEXT_OVERFLOW`.
 */
export function readMessages(value: unknown): { messages: Message[]; promptTokens: number } {
  if (!Array.isArray(value) || value.length === 0)
    throw requestInvalid('messages must be a list with an entry');
  if (value.length > MAX_MESSAGES) throw requestInvalid(`messages has more than ${MAX_MESSAGES} entries`);
  const size = { units: 0, bytes: 0, tokens: 0 };
  const messages: Message[] = [];
  for (const entry of value) {
    if (!isRecord(entry)) throw requestInvalid('every message must be an object');
    const { role: name, content } = entry;
    const role = readRole(name);
    const texts = readContent(content, role);
    for (const text of texts) measure(text, size);
    size.tokens += TOKENS_PER_MESSAGE;
    messages.push({ role, text: texts.join('\n') });
  }
  if (size.tokens > MAX_CONTEXT_TOKENS) throw contextOverflow(MAX_CONTEXT_TOKENS, 'tokens');
  return { messages, promptTokens: size.tokens };
}

function measure(text: string, size: { units: number; bytes: number; tokens: number }): void {
  size.units += text.length;
  // Bytes are never fewer than UTF-16 units, so an oversized text is refused before it is walked.
  if (size.units > MAX_TEXT_BYTES) throw contextOverflow(MAX_TEXT_BYTES, 'bytes');
  const { tokens, bytes } = measureText(text);
  size.tokens += tokens;
  size.bytes += bytes;
  if (size.bytes > MAX_TEXT_BYTES) throw contextOverflow(MAX_TEXT_BYTES, 'bytes');
}

function readRole(role: unknown): Message['role'] {
  switch (role) {
    case 'system':
    case 'developer':
      return 'system';
    case 'user':
    case 'assistant':
      return role;
    case 'tool':
    case 'function':
      throw lacksFeature('tools');
    default:
      throw requestInvalid('a message has an unknown role');
  }
}

function readContent(content: unknown, role: Message['role']): string[] {
  if (typeof content === 'string') return [content];
  if (role === 'assistant' && (content === null || content === undefined)) return [];
  if (!Array.isArray(content)) throw requestInvalid('content must be a text or a list of parts');
  if (content.length > MAX_PARTS) throw requestInvalid(`content has more than ${MAX_PARTS} parts`);
  return content.map((part: unknown) => {
    const { type, text } = isRecord(part) ? part : {};
    if (typeof type !== 'string') throw requestInvalid('a content part has no type');
    if (type === 'image_url') throw lacksFeature('vision');
    if (type !== 'text') throw lacksFeature('files and sound');
    if (typeof text !== 'string') throw requestInvalid('a text part has no text');
    return text;
  });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
