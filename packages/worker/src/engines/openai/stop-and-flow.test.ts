import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../../test-support/upstream/collect.js';
import { type FakeUpstream, startUpstream } from '../../../test-support/upstream/start-upstream.js';
import { createOpenAiEngine, type OpenAiEngine, type OpenAiEngineOptions } from './create-openai-engine.js';

let upstream: FakeUpstream;
const engines: OpenAiEngine[] = [];

beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  await upstream.stop();
});

function create(upstreamModel: string, options: Partial<OpenAiEngineOptions> = {}): OpenAiEngine {
  const engine = createOpenAiEngine({
    upstream: upstream.url,
    model: 'm',
    upstreamModel,
    maxContext: 4096,
    ...options,
  });
  engines.push(engine);
  return engine;
}

/** Would take a minute and a half. */
const slow = { x_fake: { reply: 'word '.repeat(4_500), delayMs: 20 } };
const upstreamSawTheEnd = (id: string) =>
  expect.poll(async () => (await upstream.sent(id)).cutByClient).toBe(true);

describe('stopping', () => {
  it('reports what was produced when the caller aborts, and the upstream sees the connection close', async () => {
    const abort = new AbortController();
    const onChunk = (count: number): void => {
      if (count === 5) abort.abort();
    };
    const { chunks, end, id, error } = await collect(create('fake'), slow, { signal: abort.signal, onChunk });
    expect(error).toBeUndefined();
    expect(chunks).toHaveLength(5);
    expect(end).toEqual({
      type: 'end',
      finish: 'stop',
      usage: { prompt: 5, cached: 0, completion: 4, reasoning: 0 },
      countedBy: 'engine',
    });
    await upstreamSawTheEnd(id);
    const { count } = await upstream.sent(id);
    expect(count).toBeLessThan(4_500);
  });

  it.each([
    [
      'tokenizer',
      { tokenizer: (text: string) => text.length },
      { prompt: 5, cached: 0, completion: 20, reasoning: 0 },
    ],
    ['deltas', {}, { prompt: 0, cached: 0, completion: 4, reasoning: 0 }],
  ])('counts by %s when the aborted upstream told nothing', async (countedBy, options, usage) => {
    const abort = new AbortController();
    const onChunk = (count: number): void => {
      if (count === 5) abort.abort();
    };
    const { end } = await collect(create('fake+no-usage', options), slow, { signal: abort.signal, onChunk });
    expect(end).toEqual({ type: 'end', finish: 'stop', usage, countedBy });
  });

  it('closes the connection while nobody is reading', async () => {
    const abort = new AbortController();
    const run = create('fake').run(
      {
        operation: 'chat.completions',
        request: { messages: [{ role: 'user', content: 'x' }], ...slow },
        maxOutputTokens: 1_000,
      },
      { signal: abort.signal },
    );
    const events = run[Symbol.asyncIterator]();
    const first = await events.next();
    if (first.done === true || first.value.type !== 'chunk') throw new Error('no chunk');
    abort.abort();
    await upstreamSawTheEnd(String(JSON.parse(first.value.json).id));
    expect(await events.next()).toMatchObject({ value: { type: 'end', usage: { completion: 0 } } });
    expect(await events.next()).toMatchObject({ done: true });
  });

  it('ends with nothing counted when aborted before or during the wait for headers', async () => {
    const zero = {
      type: 'end',
      finish: 'stop',
      usage: { prompt: 0, cached: 0, completion: 0, reasoning: 0 },
      countedBy: 'deltas',
    };
    const before = (await upstream.stats()).requests;
    const early = await collect(create('fake'), {}, { signal: AbortSignal.abort() });
    expect(early).toMatchObject({ chunks: [], end: zero, error: undefined });
    expect((await upstream.stats()).requests).toBe(before);

    const abort = new AbortController();
    const waiting = collect(
      create('fake+slow-headers', { tokenizer: (text) => text.length }),
      { x_fake: { delayMs: 60_000 } },
      { signal: abort.signal },
    );
    await expect.poll(async () => (await upstream.stats()).requests).toBe(before + 1);
    abort.abort();
    expect(await waiting).toMatchObject({ chunks: [], end: zero, error: undefined });
    await upstreamSawTheEnd('last');
  });

  it('stops the upstream when the consumer leaves the loop', async () => {
    const engine = create('fake', { maxConcurrent: 1 });
    const request = {
      operation: 'chat.completions',
      request: { messages: [{ role: 'user', content: 'x' }], ...slow },
      maxOutputTokens: 1_000,
    } as const;
    let id = '';
    for await (const event of engine.run(request, { signal: new AbortController().signal })) {
      if (event.type === 'chunk') id = String(JSON.parse(event.json).id);
      break;
    }
    await upstreamSawTheEnd(id);
    // The only place is free again.
    expect((await collect(engine, {})).end).toMatchObject({ finish: 'stop' });
  });

  it('leaves no listener on a signal that lives on', async () => {
    const abort = new AbortController();
    const engine = create('fake');
    for (let round = 0; round < 20; round += 1) await collect(engine, {}, { signal: abort.signal });
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  });

  it('rejects: running and new requests after close', async () => {
    const engine = create('fake');
    const onChunk = async (count: number): Promise<void> => {
      if (count === 3) await engine.close();
    };
    const { error, end, id } = await collect(engine, slow, { onChunk });
    expect(error).toMatchObject({ code: 'ENGINE_CLOSED', kind: 'aborted' });
    expect(end).toBeUndefined();
    await upstreamSawTheEnd(id);
    expect((await collect(engine, {})).error).toMatchObject({ code: 'ENGINE_CLOSED' });
  });
});

describe('chunks that arrived together', () => {
  // Without a pause between them, many events come in one read; stopping must not hand over the rest of it.
  const quick = { x_fake: { reply: 'word '.repeat(300) } };

  it('are not handed over or counted after the caller aborts', async () => {
    const abort = new AbortController();
    const onChunk = (count: number): void => {
      if (count === 3) abort.abort();
    };
    const { chunks, end } = await collect(create('fake'), quick, { signal: abort.signal, onChunk });
    expect(chunks).toHaveLength(3);
    expect(end).toMatchObject({ usage: { completion: 2 }, countedBy: 'engine' });
  });

  it('are not handed over after close', async () => {
    const engine = create('fake');
    const onChunk = async (count: number): Promise<void> => {
      if (count === 3) await engine.close();
    };
    const { chunks, error } = await collect(engine, quick, { onChunk });
    expect(chunks).toHaveLength(3);
    expect(error).toMatchObject({ code: 'ENGINE_CLOSED' });
  });
});

describe('flow', () => {
  it('reads the upstream only as fast as the consumer asks', async () => {
    const request = { x_fake: { filler: 8_000 } };
    let sentWhilePaused = 0;
    const abort = new AbortController();
    const onChunk = async (count: number): Promise<void> => {
      if (count !== 8) return;
      // The upstream would send for ever; wait until the sockets are full and it has to stop.
      await expect.poll(async () => (await upstream.sent('last')).waiting).toBe(true);
      sentWhilePaused = (await upstream.sent('last')).bytes;
      abort.abort();
    };
    const { error } = await collect(create('fake+endless'), request, {
      signal: abort.signal,
      maxOutputTokens: 100_000,
      onChunk,
    });
    expect(error).toBeUndefined();
    // So much at most lies in sockets and in memory together.
    expect(sentWhilePaused).toBeGreaterThan(8 * 8_000);
    expect(sentWhilePaused).toBeLessThan(24 * 1024 * 1024);
  });

  it('does not take a slow consumer for a silent upstream', async () => {
    const onChunk = async (count: number): Promise<void> => {
      if (count !== 2) return;
      // Everything has been sent by then, so only the consumer is slow.
      await expect.poll(async () => (await upstream.sent('last')).done).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 3_000));
    };
    const { error, end } = await collect(create('fake', { idleTimeoutMs: 2_000 }), {}, { onChunk });
    expect(error).toBeUndefined();
    expect(end).toMatchObject({ finish: 'stop' });
  });

  it('rejects: more requests at once than there are places, and frees the places', async () => {
    const engine = create('fake', { maxConcurrent: 2 });
    const results = await Promise.all([0, 1, 2, 3].map(() => collect(engine, {})));
    const refused = results.filter(({ error }) => error !== undefined);
    expect(refused).toHaveLength(2);
    for (const { error } of refused)
      expect(error).toMatchObject({ code: 'UPSTREAM_BUSY', details: { maxConcurrent: 2 } });
    expect((await collect(engine, {})).error).toBeUndefined();
  });
});
