// What did an engine say for one request, in a form that a test can compare with what the upstream sent?
import type { Engine, EngineEvent } from '../../src/engines/engine.js';

export interface Collected {
  chunks: string[];
  counts: number[];
  end: Extract<EngineEvent, { type: 'end' }> | undefined;
  /** The completion id in the first chunk, which is the fake upstream's record id. */
  id: string;
  error: unknown;
}

export interface CollectOptions {
  maxOutputTokens?: number | undefined;
  operation?: 'chat.completions' | 'embeddings' | undefined;
  signal?: AbortSignal | undefined;
  onChunk?: ((count: number) => void | Promise<void>) | undefined;
}

/** Runs one chat completion to its end or error. */
export async function collect(
  engine: Engine,
  request: Record<string, unknown>,
  options: CollectOptions = {},
): Promise<Collected> {
  const result: Collected = { chunks: [], counts: [], end: undefined, id: 'last', error: undefined };
  const signal = options.signal ?? new AbortController().signal;
  const body = { messages: [{ role: 'user', content: 'hello' }], ...request };
  try {
    for await (const event of engine.run(
      {
        operation: options.operation ?? 'chat.completions',
        request: body,
        maxOutputTokens: options.maxOutputTokens ?? 1_000,
      },
      { signal },
    )) {
      if (result.end !== undefined) throw new Error('an event after the end');
      if (event.type === 'end') {
        result.end = event;
        continue;
      }
      if (result.chunks.length === 0) result.id = String(JSON.parse(event.json).id);
      result.chunks.push(event.json);
      result.counts.push(event.completionTokens);
      await options.onChunk?.(result.chunks.length);
    }
  } catch (error) {
    result.error = error;
  }
  return result;
}
