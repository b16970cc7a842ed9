// How does one request become vectors, one chunk each, and one honest end?
import type { CountedBy, EngineEvent, Usage } from '../engine.js';
import { isRecord } from './is-record.js';
import type { UpstreamCall } from './open-response.js';
import type { PreparedEmbeddings } from './prepare-embeddings.js';
import { readEmbeddings } from './read-embeddings.js';
import { readJson } from './read-json.js';
import { readUsage } from './read-usage.js';
import { upstreamError } from './upstream-error.js';
import { countTokens, type Tokenizer } from './usage-meter.js';

/** Marks a tokenizer may put around one text (PROTOCOL.md §9). */
const TEMPLATE_TOKENS = 64;

export interface EmbeddingOptions {
  call: UpstreamCall;
  /** Aborted by the caller only: then what was produced is counted instead of an error thrown. */
  signal: AbortSignal;
  tokenizer?: Tokenizer | undefined;
}

/**
 * All vectors arrive at once, checked before the first is handed on.
 * @throws CocoonError codes of `readJson` and `readEmbeddings`, `ENGINE_NO_USAGE`, `ENGINE_BAD_USAGE`
 */
export async function* runEmbeddings(
  prepared: PreparedEmbeddings,
  { call, signal, tokenizer }: EmbeddingOptions,
): AsyncGenerator<EngineEvent, void, undefined> {
  let rows: string[];
  let counted: { usage: Usage; countedBy: CountedBy };
  try {
    const value = await readJson(call);
    rows = readEmbeddings(value, prepared);
    counted = count(value, prepared.texts, tokenizer);
  } catch (error) {
    if (!signal.aborted) throw error;
    // Nothing was handed over: a prompt alone is not billed.
    yield { type: 'end', finish: 'stop', usage: usageOf(0), countedBy: 'engine' };
    return;
  }
  for (const json of rows) {
    yield { type: 'chunk', json, completionTokens: 0 };
    if (signal.aborted) break;
  }
  yield { type: 'end', finish: 'stop', ...counted };
}

function count(
  value: unknown,
  texts: readonly string[],
  tokenizer: Tokenizer | undefined,
): { usage: Usage; countedBy: CountedBy } {
  const given = isRecord(value) ? value['usage'] : undefined;
  if (given === undefined || given === null) {
    if (tokenizer === undefined) throw upstreamError('ENGINE_NO_USAGE');
    const prompt = texts.reduce((sum, text) => sum + countTokens(tokenizer, text), 0);
    return { usage: usageOf(prompt), countedBy: 'tokenizer' };
  }
  const { prompt } = readUsage(given);
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const most = bytes + TEMPLATE_TOKENS * texts.length;
  // A byte-level token is at least a byte: more than that is no count.
  if (prompt > most) throw upstreamError('ENGINE_BAD_USAGE', { field: 'prompt_tokens', most });
  return { usage: usageOf(prompt), countedBy: 'engine' };
}

function usageOf(prompt: number): Usage {
  return { prompt, cached: 0, completion: 0, reasoning: 0 };
}
