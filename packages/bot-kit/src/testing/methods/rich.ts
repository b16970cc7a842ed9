// What is in a rich message? Read only as far as tests need: exactly one source, limits of length and blocks.
// Source: core.telegram.org/bots/api#inputrichmessage (32,768 characters, 500 blocks).
import type { Message } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';

const MAX_RICH_TEXT = 32_768;
const MAX_BLOCKS = 500;

/** @throws ApiFailure when there is not exactly one of `blocks`, `markdown`, `html`, or it is too long */
export function readRich(given: Record<string, unknown>): NonNullable<Message['rich_message']> {
  const sources = ['blocks', 'markdown', 'html'].filter((name) => given[name] !== undefined);
  if (sources.length !== 1)
    throw badRequest('exactly one of blocks, markdown and html must be used in a rich message');
  const blocks = given['blocks'];
  if (blocks !== undefined && (!Array.isArray(blocks) || blocks.length === 0))
    throw badRequest('rich message is empty');
  const text = plainRich(given);
  if (text.trim() === '') throw badRequest('rich message is empty');
  if (text.length > MAX_RICH_TEXT) throw badRequest('message is too long');
  if (Array.isArray(blocks) && blocks.length > MAX_BLOCKS)
    throw badRequest('too many blocks in the rich message');
  return { ...given } as unknown as NonNullable<Message['rich_message']>;
}

/** The words of a rich message, for the screen. */
export function plainRich(rich: object): string {
  const words: string[] = [];
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (['text', 'markdown', 'html', 'expression', 'summary'].includes(key)) words.push(value);
    } else if (Array.isArray(value)) for (const one of value) visit(one, key);
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) visit(inner, name);
  };
  visit(rich, '');
  return words.join('\n');
}
