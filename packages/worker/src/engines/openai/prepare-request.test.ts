import { describe, expect, it } from 'vitest';
import type { EngineCard, Feature } from '../engine.js';
import { prepareRequest } from './prepare-request.js';

const messages = [{ role: 'user', content: 'hello http://example.com/ and file:///etc/passwd' }];

function prepare(
  request: Record<string, unknown>,
  features: readonly Feature[] = ['chat', 'tools', 'json', 'vision'],
  maxOutputTokens = 100,
): Record<string, unknown> {
  const card: EngineCard = {
    id: 'x',
    model: 'public',
    engine: 'x',
    features,
    maxContext: 1000,
    tokenizerDigest: new Uint8Array(32),
    external: false,
  };
  const engineRequest = {
    operation: 'chat.completions',
    request: { messages, ...request },
    maxOutputTokens,
  } as const;
  return JSON.parse(prepareRequest(engineRequest, { card, upstreamModel: 'private' }).body);
}

const part = (value: unknown): Record<string, unknown> => ({
  messages: [{ role: 'user', content: [{ type: 'text', text: 'see' }, value] }],
});
const code = (name: string): unknown => expect.objectContaining({ code: name });

describe('the request to the model server', () => {
  it('accepts: every field that the engine does not own, unchanged', () => {
    const fields = {
      tools: [
        {
          type: 'function',
          function: {
            name: 'f',
            parameters: { $schema: 'https://json-schema.org/x', properties: { url: { type: 'string' } } },
          },
        },
      ],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 's', schema: { $id: 'http://x/y' } } },
      temperature: 0.1,
      top_p: 0.9,
      top_k: 5,
      min_p: 0.05,
      presence_penalty: 1,
      frequency_penalty: -1,
      repetition_penalty: 1.1,
      logit_bias: { '50256': -100 },
      seed: 42,
      stop: ['\n', 'END'],
      logprobs: true,
      top_logprobs: 3,
      n: 2,
      user: 'u',
      reasoning_effort: 'low',
      chat_template_kwargs: { enable_thinking: false },
      a_field_of_tomorrow: { deep: [1, null, 'x'] },
    };
    expect(prepare(fields)).toMatchObject({ messages, ...fields });
  });

  it('replaces what the engine owns, whatever the caller says', () => {
    const body = prepare({
      model: 'other',
      stream: false,
      stream_options: { include_usage: false, other: 1 },
    });
    expect(body).toEqual({
      messages,
      model: 'private',
      stream: true,
      stream_options: { include_usage: true, continuous_usage_stats: true },
      max_tokens: 100,
    });
  });

  it.each([
    [{}, { max_tokens: 100 }],
    [{ max_tokens: 7 }, { max_tokens: 7 }],
    [{ max_tokens: 1_000 }, { max_tokens: 100 }],
    [{ max_tokens: null }, { max_tokens: 100 }],
    [{ max_completion_tokens: 7 }, { max_completion_tokens: 7 }],
    [{ max_completion_tokens: 1_000 }, { max_completion_tokens: 100 }],
    [
      { max_completion_tokens: 1_000, max_tokens: 1_000 },
      { max_completion_tokens: 100, max_tokens: 100 },
    ],
    [{ max_completion_tokens: null, max_tokens: 3 }, { max_tokens: 3 }],
    [{ n_predict: 1_000 }, { n_predict: 100, max_tokens: 100 }],
    [{ n_predict: 5 }, { n_predict: 5, max_tokens: 5 }],
    [{ n: 4 }, { n: 4, max_tokens: 25 }],
    [
      { n: 3, max_tokens: 90 },
      { n: 3, max_tokens: 33 },
    ],
  ])('caps the output: %j becomes %j', (fields, expected) => {
    const {
      messages: _messages,
      model: _model,
      stream: _stream,
      stream_options: _options,
      ...rest
    } = prepare(fields);
    expect(rest).toEqual(expected);
  });

  it.each([
    { max_tokens: '1000' },
    { max_tokens: -1 },
    { max_tokens: 0 },
    { max_tokens: 1.5 },
    { max_completion_tokens: true },
    { n_predict: -1 },
    { n: 0 },
    { n: 129 },
    { n: '2' },
    { n: 101 },
    { messages: [] },
    { messages: 'hello' },
    { messages: ['hello'] },
    { messages: undefined },
  ])('rejects: %j', (fields) => {
    expect(() => prepare(fields)).toThrow(code('REQUEST_INVALID'));
  });

  it('rejects: content nested without end', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 100; level += 1) deep = [deep];
    expect(() => prepare({ messages: [{ role: 'user', content: deep }] })).toThrow(code('REQUEST_INVALID'));
  });

  it.each([
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['tools', { functions: [{ name: 'f' }] }],
    ['json', { response_format: { type: 'json_object' } }],
    ['json', { response_format: { type: 'json_schema', json_schema: {} } }],
    ['vision', part({ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } })],
    ['vision', part({ type: 'video_url', video_url: { url: 'data:video/mp4;base64,AA==' } })],
    ['vision', part({ type: 'image_url' })],
  ] as const)('rejects: %s without the feature', (feature, fields) => {
    const all = ['chat', 'tools', 'json', 'vision'] as const;
    expect(() =>
      prepare(
        fields,
        all.filter((name) => name !== feature),
      ),
    ).toThrow(
      expect.objectContaining({ code: 'MODEL_LACKS_FEATURE', details: { feature, model: 'public' } }),
    );
    expect(() => prepare(fields, all)).not.toThrow();
  });

  it('accepts: plain chat on a card that offers chat alone', () => {
    expect(() => prepare({ tools: [], response_format: { type: 'text' } }, ['chat'])).not.toThrow();
  });

  it.each([
    part({ type: 'image_url', image_url: { url: 'https://evil.example/x.png' } }),
    part({ type: 'image_url', image_url: { url: 'http://127.0.0.1/x.png' } }),
    part({ type: 'image_url', image_url: 'https://evil.example/x.png' }),
    part({ type: 'image_url', image_url: { url: ' data:image/png;base64,AA==' } }),
    part({ type: 'image_url', image_url: { url: 'DATA:image/png;base64,AA==' } }),
    part({ type: 'image_url', image_url: { url: '/etc/passwd.png' } }),
    part({ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }),
    part({ type: 'image_url', image_url: { url: ['https://evil.example/x.png'] } }),
    part({ type: 'image', image: '/etc/shadow.png' }),
    part({ type: 'text', text: 'a', image_url: 'https://evil.example/x.png' }),
    part({ image_url: 'https://evil.example/x.png' }),
    part({ type: 'audio_url', audio_url: { url: 'https://evil.example/x.wav' } }),
    part({ type: 'video_url', video_url: { url: 'https://evil.example/x.mp4' } }),
    part({ type: 'input_image', image_url: 'ftp://evil.example/x.png' }),
    part({ type: 'file', file: { file_id: 'file-1' } }),
    part({ type: 'file', file: { file_data: 'https://evil.example/x.pdf' } }),
    part({ type: 'input_file', file_url: 'https://evil.example/x.pdf' }),
    part([{ type: 'image_url', image_url: { url: 'https://evil.example/x.png' } }]),
    {
      messages: [
        { role: 'tool', content: { type: 'image_url', image_url: { url: 'https://evil.example/x.png' } } },
      ],
    },
    { messages: [{ role: 'user', content: 'x', image_url: 'https://evil.example/x.png' }] },
  ])('rejects: content from elsewhere in %j', (fields) => {
    expect(() => prepare(fields)).toThrow(code('UNSUPPORTED_URL'));
  });

  it('accepts: content carried in the request, and URLs in text', () => {
    expect(() =>
      prepare(
        part({ type: 'image_url', image_url: { url: 'data:image/jpeg;base64,/9j/4AA=', detail: 'low' } }),
      ),
    ).not.toThrow();
    expect(() =>
      prepare(part({ type: 'input_audio', input_audio: { data: '/9j/', format: 'wav' } }), ['chat']),
    ).not.toThrow();
    expect(() =>
      prepare(
        part({ type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' } }),
        ['chat'],
      ),
    ).not.toThrow();
    expect(() =>
      prepare({
        messages: [
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ function: { name: 'get', arguments: '{"url":"https://x"}' } }],
          },
          { role: 'tool', content: 'https://x' },
        ],
      }),
    ).not.toThrow();
  });

  it.each([
    { kv_transfer_params: { remote_host: 'evil.example' } },
    { bootstrap_host: 'evil.example' },
    { custom_logit_processor: 'code' },
    { session_params: { id: 'of another' } },
    { image_data: 'https://evil.example/x.png' },
    { n_cmpl: 50 },
    part({ type: 'image_embeds', image_embeds: 'AAAA' }),
  ])('rejects: the field in %j', (fields) => {
    expect(() => prepare(fields)).toThrow(code('UNSUPPORTED_FIELD'));
  });
});
