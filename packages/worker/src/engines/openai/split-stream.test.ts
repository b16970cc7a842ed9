// Is a model's thinking never the answer when its server leaves the tags in the text, and is it counted as thinking?
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../../test-support/upstream/collect.js';
import { type FakeUpstream, startUpstream } from '../../../test-support/upstream/start-upstream.js';
import { createOpenAiEngine, type OpenAiEngine } from './create-openai-engine.js';
import { readChunk } from './read-chunk.js';
import { createStreamSplitter } from './split-stream.js';

const tags = { open: '<think>', close: '</think>' };
const payload = (content: string, finish: string | null = null, index = 0, more = {}) =>
  JSON.stringify({ id: 'x', choices: [{ index, delta: { content }, finish_reason: finish, ...more }] });

function split(payloads: readonly string[]): { answer: string; reasoning: string }[] {
  const splitter = createStreamSplitter(tags);
  const all: { answer: string; reasoning: string }[] = [];
  for (const one of payloads)
    for (const { index, delta } of JSON.parse(splitter.push(one, readChunk(one)).json).choices) {
      const said = all[index] ?? { answer: '', reasoning: '' };
      all[index] = {
        answer: said.answer + (delta.content ?? ''),
        reasoning: said.reasoning + (delta.reasoning_content ?? ''),
      };
    }
  return all;
}

describe('one stream', () => {
  it('accepts: tags cut anywhere', () => {
    const text = '<think>\nIs 1 < 2? </thin king</think>\n\nYes, 1 < 2.';
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        const points = [0, ...cuts.sort((a, b) => a - b), text.length];
        const payloads = points.slice(1).map((end, at) => payload(text.slice(points[at], end)));
        expect(split([...payloads, payload('', 'stop')])).toEqual([
          { reasoning: '\nIs 1 < 2? </thin king', answer: 'Yes, 1 < 2.' },
        ]);
      }),
    );
  });

  it('accepts: choices that think at different times, each apart', () => {
    expect(
      split([
        payload('<thi', null, 0),
        payload('plain', null, 1),
        payload('nk>a', null, 0),
        payload(' <think>', 'stop', 1),
        payload('</think>b', 'stop', 0),
      ]),
    ).toEqual([
      { reasoning: 'a', answer: 'b' },
      { reasoning: '', answer: 'plain <think>' },
    ]);
  });

  it('accepts: thinking that never ends, and text that only began like a tag', () => {
    expect(split([payload('<think>a</thi'), payload('', 'length')])).toEqual([
      { reasoning: 'a</thi', answer: '' },
    ]);
    expect(split([payload('<th'), payload('', 'stop')])).toEqual([{ reasoning: '', answer: '<th' }]);
  });

  it('privacy: no log-probabilities name the tokens of the thinking', () => {
    const splitter = createStreamSplitter(tags);
    const one = payload('<think>secret', null, 0, { logprobs: { content: [{ token: 'secret' }] } });
    expect(JSON.parse(splitter.push(one, readChunk(one)).json).choices[0]).toMatchObject({
      logprobs: null,
      delta: { reasoning_content: 'secret' },
    });
  });

  it('accepts: thinking that the server sets apart, and tags in the answer after it', () => {
    const splitter = createStreamSplitter(tags);
    const apart = JSON.stringify({ choices: [{ index: 0, delta: { reasoning_content: 'hm' } }] });
    for (const one of [apart, payload('<think>is a tag'), payload('', 'stop')])
      expect(splitter.push(one, readChunk(one)).json).toBe(one);
  });
});

describe('with a server', () => {
  let upstream: FakeUpstream;
  const engines: OpenAiEngine[] = [];
  beforeAll(async () => {
    upstream = await startUpstream();
  });
  afterAll(async () => {
    await Promise.all(engines.map((engine) => engine.close()));
    await upstream.stop();
  });
  const create = (upstreamModel: string, reasoning?: typeof tags): OpenAiEngine => {
    const engine = createOpenAiEngine({
      upstream: upstream.url,
      model: 'public-name',
      upstreamModel,
      maxContext: 4096,
      reasoning,
    });
    engines.push(engine);
    return engine;
  };
  const texts = (chunks: readonly string[], field: string): string =>
    chunks
      .flatMap((json) => JSON.parse(json).choices)
      .reduce((sum, { delta }) => sum + (delta[field] ?? ''), '');
  // One token a word: <think>, two thoughts, </think>, two words.
  const thinking = { x_fake: { reply: '<think> first second </think> the answer' } };

  it.each([
    // The tag that begins the thinking comes with a space of it and counts; the one that ends it does not.
    ['the running counts', 'fake', 'engine', 3],
    ['deltas beside a last count', 'fake+no-continuous-usage', 'engine', 3],
    ['deltas alone', 'fake+no-usage', 'deltas', 3],
  ])('accepts: reasoning counted by %s', async (_name, model, countedBy, reasoning) => {
    const { chunks, end, error } = await collect(create(model, tags), thinking);
    expect(error).toBeUndefined();
    expect(texts(chunks, 'content')).toBe('the answer');
    expect(texts(chunks, 'reasoning_content').trim()).toBe('first second');
    expect(end).toMatchObject({ finish: 'stop', countedBy, usage: { reasoning } });
  });

  it('accepts: thinking that the server sets apart, counted though the server does not', async () => {
    const request = { x_fake: { reasoning: 'one two three', reply: '<think>is a tag' } };
    const { chunks, end, id } = await collect(create('fake+no-usage', tags), request);
    expect([...chunks, '[DONE]']).toEqual((await upstream.sent(id)).payloads);
    expect(end).toMatchObject({ usage: { reasoning: 3 } });
  });

  it('accepts: an answer without thinking, byte for byte', async () => {
    const { chunks, id } = await collect(create('fake+split+crlf', tags), { n: 2 });
    expect([...chunks, '[DONE]']).toEqual((await upstream.sent(id)).payloads);
  });

  it('accepts: tags stay in the text where nobody asked to take them out', async () => {
    const { chunks, end, id } = await collect(create('fake'), thinking);
    expect([...chunks, '[DONE]']).toEqual((await upstream.sent(id)).payloads);
    expect(end).toMatchObject({ usage: { reasoning: 0 } });
  });
});
