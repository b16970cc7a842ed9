// Are hostile request bodies refused before any output, each with its code?

import { CocoonError } from '@cocoonkit/sdk/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRequest } from './parse-request.js';

const messages = [{ role: 'user', content: 'One sentence. Another sentence.' }];
const cocoonkit = { task: 'summarize' };

function code(body: Record<string, unknown>): string {
  try {
    parseRequest(body);
  } catch (error) {
    if (error instanceof CocoonError && error.kind === 'model') return error.code;
    throw error;
  }
  return 'accepted';
}

test('accepts: text parts, a null assistant message, developer messages, empty tool lists', () => {
  const parsed = parseRequest({
    messages: [
      { role: 'developer', content: 'Talk nicely.' },
      { role: 'assistant', content: null, tool_calls: [] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'One. ' },
          { type: 'text', text: 'Two.' },
        ],
      },
    ],
    cocoonkit: { task: 'search', query: 'two', sentences: 2, maxWords: 30 },
    tools: [],
    response_format: { type: 'text' },
    max_tokens: 9,
    temperature: 2,
    n: 1,
  });
  expect(parsed).toEqual({
    task: 'search',
    document: 'One. \nTwo.',
    query: 'two',
    sentences: 2,
    maxWords: 30,
    promptTokens: 4 + 4 + 4 + 4 + 2 + 2,
    maxTokens: 9,
  });
});

describe('rejects: what a sentence picker cannot do', () => {
  test.each<[string, Record<string, unknown>]>([
    ['chat', {}],
    ['translate', { messages: [{ role: 'user', content: 'Translate into French:\n\nOne sentence.' }] }],
    ['write code', { messages: [{ role: 'user', content: 'Write code for a clock:\n\nfast' }] }],
    ['tools', { cocoonkit, tools: [{ type: 'function', function: { name: 'x' } }] }],
    ['old functions', { cocoonkit, functions: [{ name: 'x' }] }],
    ['tools of a wrong kind', { cocoonkit, tools: 'x' }],
    [
      'tool results',
      { cocoonkit, messages: [{ role: 'tool', content: 'x', tool_call_id: 'y' }, ...messages] },
    ],
    ['json object', { cocoonkit, response_format: { type: 'json_object' } }],
    ['json schema', { cocoonkit, response_format: { type: 'json_schema', json_schema: {} } }],
    ['format of a wrong kind', { cocoonkit, response_format: 'json' }],
    [
      'images',
      { cocoonkit, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
    ],
    [
      'sound',
      { cocoonkit, messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] },
    ],
    ['sound out', { cocoonkit, modalities: ['text', 'audio'] }],
    ['more answers', { cocoonkit, n: 2 }],
    ['logprobs', { cocoonkit, logprobs: true }],
    ['another task', { cocoonkit: { task: 'chat' } }],
  ])('%s', (_, body) => {
    expect(code({ messages, ...body })).toBe('MODEL_LACKS_FEATURE');
  });
});

describe('rejects: what cannot be read', () => {
  test.each<[string, Record<string, unknown>]>([
    ['no messages', { messages: undefined }],
    ['empty messages', { messages: [] }],
    ['too many messages', { messages: Array.from({ length: 1025 }, () => messages[0]) }],
    ['a message that is a text', { messages: ['x'] }],
    ['an unknown role', { messages: [{ role: 'root', content: 'x' }] }],
    ['content as number', { messages: [{ role: 'user', content: 1 }] }],
    ['user content null', { messages: [{ role: 'user', content: null }] }],
    ['a part without type', { messages: [{ role: 'user', content: [{ text: 'x' }] }] }],
    ['a part that is null', { messages: [{ role: 'user', content: [null] }] }],
    ['a text part without text', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }],
    ['no text', { messages: [{ role: 'user', content: ' \n\t' }] }],
    ['no user message', { messages: [{ role: 'system', content: 'Summarize.' }] }],
    ['cocoonkit as text', { cocoonkit: 'summarize' }],
    ['cocoonkit as list', { cocoonkit: ['summarize'] }],
    ['task as number', { cocoonkit: { task: 1 } }],
    ['no task', { cocoonkit: {} }],
    ['search without words', { cocoonkit: { task: 'search' } }],
    ['empty query', { cocoonkit: { task: 'search', query: ' ' } }],
    ['query as object', { cocoonkit: { task: 'quote', query: {} } }],
    ['long query', { cocoonkit: { task: 'quote', query: 'x'.repeat(1001) } }],
    ['no sentences', { cocoonkit: { task: 'summarize', sentences: 0 } }],
    ['half a sentence', { cocoonkit: { task: 'summarize', sentences: 1.5 } }],
    ['sentences as text', { cocoonkit: { task: 'summarize', sentences: '3' } }],
    ['too many sentences', { cocoonkit: { task: 'summarize', sentences: 51 } }],
    ['negative words', { cocoonkit: { task: 'summarize', maxWords: -1 } }],
    ['max_tokens zero', { max_tokens: 0 }],
    ['max_tokens as text', { max_tokens: '10' }],
    ['max_completion_tokens NaN', { max_completion_tokens: Number.NaN }],
  ])('%s', (_, body) => {
    expect(code({ messages, cocoonkit, ...body })).toBe('REQUEST_INVALID');
  });
});

describe('rejects: too much text', () => {
  const wish = (content: string) => ({ messages: [{ role: 'user', content }], cocoonkit });

  test('by bytes, counted as UTF-8 and over all messages', () => {
    expect(code(wish(' '.repeat(4 * 1024 * 1024 + 1)))).toBe('CONTEXT_OVERFLOW');
    expect(() => parseRequest(wish('é'.repeat(2 * 1024 * 1024 + 1)))).toThrow(
      expect.objectContaining({
        code: 'CONTEXT_OVERFLOW',
        details: { limit: 4 * 1024 * 1024, unit: 'bytes' },
      }),
    );
    const half = { role: 'user', content: 'word '.repeat(420_000) };
    expect(code({ messages: [half, half], cocoonkit })).toBe('CONTEXT_OVERFLOW');
  });

  test('by tokens', () => {
    expect(code(wish('a.'.repeat(500_000)))).toBe('CONTEXT_OVERFLOW');
    expect(code(wish(`${'a.'.repeat(499_998)}`))).toBe('accepted');
  });
});

test('privacy: no refusal repeats the words of the request', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('messages', 'cocoonkit', 'tools', 'n'), fc.json()), (body) => {
      const secret = 'S3CRETWORD';
      const hostile = { ...body, messages: [{ role: secret, content: secret }], cocoonkit: { task: secret } };
      try {
        parseRequest(hostile);
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(CocoonError);
        expect(JSON.stringify(error)).not.toContain(secret);
      }
    }),
  );
});

test('rejects: any JSON value in any field, always with a CocoonError of kind model', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (a, b, c) => {
      for (const body of [
        { messages: a, cocoonkit: b, response_format: c },
        { messages: [a, { role: 'user', content: b }], cocoonkit: { task: 'quote', query: c } },
        { messages, cocoonkit: { task: 'summarize', sentences: a, maxWords: b }, max_tokens: c },
      ]) {
        code(body);
      }
    }),
  );
});
