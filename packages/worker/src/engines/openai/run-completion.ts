// How does one request become chunks and one honest end?
import type { EngineEvent, EngineRequest, FinishReason } from '../engine.js';
import type { ReasoningTags } from '../split-reasoning.js';
import { isRecord } from './is-record.js';
import type { UpstreamCall } from './open-response.js';
import { type Chunk, readChunk } from './read-chunk.js';
import { readPayloads } from './read-payloads.js';
import { createStreamSplitter } from './split-stream.js';
import { upstreamError } from './upstream-error.js';
import { createUsageMeter, type Tokenizer } from './usage-meter.js';

// Chunks with twenty log-probabilities a token take some kilobytes each; nothing honest takes more than this.
const MAX_BYTES_PER_TOKEN = 16 * 1024;
const MAX_BYTES_BESIDES = 2 * 1024 * 1024;

export interface CompletionOptions {
  call: Omit<UpstreamCall, 'maxStreamBytes'>;
  /** Aborted by the caller only: then what was produced is counted instead of an error thrown. */
  signal: AbortSignal;
  maxContext: number;
  tokenizer?: Tokenizer | undefined;
  /** Marks in the text around the model's thinking, if it is to be set apart. */
  reasoning?: ReasoningTags | undefined;
}

export async function* runCompletion(
  { request, maxOutputTokens }: EngineRequest,
  { call, signal, maxContext, tokenizer, reasoning }: CompletionOptions,
): AsyncGenerator<EngineEvent, void, undefined> {
  const meter = createUsageMeter({
    maxOutputTokens,
    maxContext,
    tokenizer,
    promptTexts: () => promptTexts(request['messages']),
  });
  const maxStreamBytes = MAX_BYTES_BESIDES + maxOutputTokens * MAX_BYTES_PER_TOKEN;
  const finishes = new Map<number, FinishReason | undefined>();
  const splitter = reasoning === undefined ? undefined : createStreamSplitter(reasoning);
  try {
    for await (const payload of readPayloads({ ...call, maxStreamBytes })) {
      const read = readChunk(payload);
      const { json, chunk } = splitter?.push(payload, read) ?? { json: payload, chunk: read };
      const completionTokens = meter.add(chunk);
      noteFinishes(finishes, chunk);
      yield { type: 'chunk', json, completionTokens };
      if (meter.overran()) {
        call.stop.abort();
        yield { type: 'end', finish: 'length', ...meter.soFar() };
        return;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    yield { type: 'end', finish: 'stop', ...meter.soFar() };
    return;
  }
  yield { type: 'end', finish: finishOf(finishes), ...meter.final() };
}

function noteFinishes(finishes: Map<number, FinishReason | undefined>, { choices }: Chunk): void {
  for (const { index, finish } of choices) finishes.set(index, finish ?? finishes.get(index));
}

/** With several choices: `length` if any was cut, else `tool_calls` if any asks for a tool. */
function finishOf(finishes: ReadonlyMap<number, FinishReason | undefined>): FinishReason {
  const all = [...finishes.values()];
  if (all.length === 0 || all.includes(undefined))
    throw upstreamError('UPSTREAM_TRUNCATED', { reason: 'no finish_reason' });
  if (all.includes('length')) return 'length';
  return all.includes('tool_calls') ? 'tool_calls' : 'stop';
}

function promptTexts(messages: unknown): string[] {
  if (!Array.isArray(messages)) return [];
  return messages.flatMap((message) => {
    const content: unknown = isRecord(message) ? message['content'] : undefined;
    if (typeof content === 'string') return [content];
    if (!Array.isArray(content)) return [];
    return content.flatMap((part) =>
      isRecord(part) && typeof part['text'] === 'string' ? [part['text']] : [],
    );
  });
}
