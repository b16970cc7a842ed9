// Does an answer arrive whole, in shape, cancellable and at the reader's pace?
import { describe, expect, it } from 'vitest';
import { textChunks } from '../src/testing/index.js';
import { openClient, QUESTION, sentRequests } from './support/open-client.js';

describe('chat', () => {
  it('accepts: three round trips before the first request, then one each', async () => {
    const { network, cocoon } = await openClient();
    await cocoon.chat(QUESTION);
    expect(network.requests.map(({ path }) => path.split('/')[2])).toEqual([
      'evidence',
      'ctl',
      'ctl',
      'infer',
    ]);
    const received = network.requests.slice(0, 3).reduce((sum, request) => sum + request.received, 0);
    expect(received).toBeLessThanOrEqual(80_000);
    await cocoon.chat(QUESTION);
    expect(network.requests).toHaveLength(5);
  });

  it('privacy: requests carry no content type and no header of ours, so browsers send no preflight', async () => {
    const { network, cocoon } = await openClient();
    await cocoon.chat(QUESTION);
    for (const { headers } of network.requests) expect(headers).toEqual({});
  });

  it('accepts: the OpenAI shape with usage, charge and receipt', async () => {
    const { cocoon } = await openClient();
    const reply = await cocoon.chat(QUESTION);
    expect(reply).toMatchObject({
      id: 'chatcmpl-memory',
      object: 'chat.completion',
      model: 'simulated-model',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello there' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
      charge: { tokens: 29n, client: 580n, worker: 551n, proxy: 29n },
    });
    expect(JSON.parse(JSON.stringify(reply))).toMatchObject({
      charge: { client: '580' },
      report: { simulated: true },
    });
  });

  it('accepts: tool calls by index, reasoning apart, logprobs and several choices', async () => {
    const base = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'simulated-model' };
    const chunk = (index: number, delta: unknown, more = {}) => ({
      ...base,
      choices: [{ index, delta, ...more }],
    });
    const call = (index: number, id: string | undefined, name: string | undefined, text: string) => ({
      tool_calls: [
        { index, ...(id && { id, type: 'function' }), function: { ...(name && { name }), arguments: text } },
      ],
    });
    const chunks = [
      chunk(0, { role: 'assistant', content: null }),
      chunk(0, { reasoning_content: 'let me ' }),
      chunk(0, call(1, 'b', 'second', '{"b":')),
      chunk(0, call(0, 'a', 'first', '{')),
      chunk(0, { reasoning_content: 'think' }),
      chunk(0, call(0, undefined, undefined, '"a":1}')),
      chunk(0, call(1, undefined, undefined, '2}')),
      chunk(
        1,
        { content: 'other' },
        { logprobs: { content: [{ token: 'other', logprob: -1 }] }, finish_reason: 'stop' },
      ),
      chunk(0, {}, { finish_reason: 'tool_calls' }),
    ];
    const { cocoon } = await openClient({ workers: [{ model: () => ({ chunks, finish: 'tool_calls' }) }] });
    const { choices } = await cocoon.chat({ ...QUESTION, n: 2, tools: [{ type: 'function' }] });
    expect(choices).toEqual([
      {
        index: 0,
        finish_reason: 'tool_calls',
        logprobs: null,
        message: {
          role: 'assistant',
          content: null,
          refusal: null,
          reasoning_content: 'let me think',
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'first', arguments: '{"a":1}' } },
            { id: 'b', type: 'function', function: { name: 'second', arguments: '{"b":2}' } },
          ],
        },
      },
      {
        index: 1,
        finish_reason: 'stop',
        logprobs: { content: [{ token: 'other', logprob: -1 }] },
        message: { role: 'assistant', content: 'other', refusal: null },
      },
    ]);
  });

  it('accepts: reasoning by its other name, apart from the answer and within the bounds of the bill', async () => {
    const chunk = (delta: unknown, finish: string | null = null) => ({
      id: 'c',
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
    const thought = 'thinking '.repeat(40);
    const chunks = [
      chunk({ role: 'assistant', reasoning: thought }),
      chunk({ reasoning: 'x', reasoning_content: 'x' }),
      chunk({ content: 'yes' }, 'stop'),
    ];
    const usage = { prompt: 5, cached: 0, completion: 200, reasoning: 190 };
    const { cocoon } = await openClient({ workers: [{ model: () => ({ chunks, usage }) }] });
    const reply = await cocoon.chat(QUESTION);
    expect(reply.text).toBe('yes');
    expect(reply.choices[0]?.message.reasoning_content).toBe(`${thought}x`);
    expect(reply.usage.completion_tokens_details.reasoning_tokens).toBe(190);
    expect(reply.report.lines.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('rejects: a chunk that is not one', async () => {
    const { cocoon } = await openClient({
      workers: [{ model: () => ({ chunks: [{ choices: [{ index: -1, delta: {} }] }] }) }],
    });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'CHUNK_INVALID' });
  });

  it('accepts: fifty chats at once share one verification', async () => {
    const { network, cocoon, events } = await openClient();
    const replies = await Promise.all(Array.from({ length: 50 }, () => cocoon.chat(QUESTION)));
    expect(replies.every(({ text }) => text === 'Hello there')).toBe(true);
    expect(network.requests.filter(({ path }) => path === '/v1/evidence')).toHaveLength(1);
    expect(network.requests.filter(({ path }) => path.startsWith('/v1/ctl/'))).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'verified')).toHaveLength(4);
    expect(new Set(network.charges.map(({ operation }) => operation)).size).toBe(50);
  });
});

describe('stream', () => {
  it('accepts: chunks, then receipt and report', async () => {
    const { cocoon } = await openClient();
    const stream = cocoon.stream(QUESTION);
    const texts: string[] = [];
    for await (const { choices } of stream) texts.push(choices[0]?.delta.content ?? '');
    expect(texts).toEqual(['Hello', ' there', '']);
    expect((await stream.receipt).receipt.tokens).toBe(29n);
    expect((await stream.report).passed).toBe(true);
    expect(await stream.resumeToken()).toMatch(/^ckresume1\.[\w-]+$/);
  });

  it('accepts: raw items are the engine’s bytes', async () => {
    const { cocoon } = await openClient();
    const raw: string[] = [];
    for await (const item of cocoon.stream(QUESTION).raw) raw.push(new TextDecoder().decode(item));
    expect(raw).toEqual(textChunks(['Hello', ' there']).map((chunk) => JSON.stringify(chunk)));
  });

  it('rejects: iterating twice', async () => {
    const { cocoon } = await openClient();
    const stream = cocoon.stream(QUESTION);
    for await (const _ of stream);
    expect(() => stream[Symbol.asyncIterator]()).toThrow(
      expect.objectContaining({ code: 'STREAM_CONSUMED' }),
    );
  });

  it('accepts: a slow reader slows the worker', async () => {
    let made = 0;
    async function* endless() {
      for (;;) {
        made++;
        yield* textChunks(['x']).slice(0, 1);
      }
    }
    const { cocoon } = await openClient({ workers: [{ model: () => ({ chunks: endless() }) }] });
    const stream = cocoon.stream(QUESTION);
    const reader = stream[Symbol.asyncIterator]();
    await reader.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(made).toBeLessThan(6);
    await reader.return?.();
    expect((await stream.receipt).receipt.finish).toBe('cancelled');
  });

  it('accepts: cancelling ends with a signed receipt for what was made', async () => {
    async function* endless() {
      for (;;) yield* textChunks(['x']).slice(0, 1);
    }
    const { cocoon } = await openClient({ workers: [{ model: () => ({ chunks: endless() }) }] });
    const stream = cocoon.stream(QUESTION);
    let count = 0;
    for await (const _ of stream) if (++count === 3) await stream.cancel();
    expect(count).toBeGreaterThanOrEqual(3);
    const { receipt } = await stream.receipt;
    expect(receipt.finish).toBe('cancelled');
    expect(receipt.tokens).toBeGreaterThan(0n);
  });

  it('rejects: an aborted call with ABORTED, and tells the worker', async () => {
    async function* endless() {
      for (;;) yield* textChunks(['x']).slice(0, 1);
    }
    const { network, cocoon } = await openClient({ workers: [{ model: () => ({ chunks: endless() }) }] });
    const controller = new AbortController();
    const stream = cocoon.stream(QUESTION, { signal: controller.signal });
    const read = async () => {
      let count = 0;
      for await (const _ of stream) if (++count === 2) controller.abort();
    };
    await expect(read()).rejects.toMatchObject({ code: 'ABORTED', kind: 'aborted' });
    await expect(stream.receipt).rejects.toMatchObject({ code: 'ABORTED' });
    await expect
      .poll(() => network.requests.filter(({ path }) => path.startsWith('/v1/ctl/')).length)
      .toBe(3);
  });

  it('rejects: a call that was aborted before it began sends nothing', async () => {
    const { network, cocoon } = await openClient();
    await expect(cocoon.chat(QUESTION, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(sentRequests(network)).toBe(0);
  });

  it('rejects: an answer that takes too long', async () => {
    async function* silent() {
      yield* textChunks(['x']).slice(0, 1);
      await new Promise(() => undefined);
    }
    const { cocoon } = await openClient({ workers: [{ model: () => ({ chunks: silent() }) }] });
    await expect(cocoon.chat(QUESTION, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});
