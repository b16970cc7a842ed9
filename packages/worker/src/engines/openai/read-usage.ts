// Are the token counts of the model server counts at all?
import { isRecord } from './is-record.js';
import { upstreamError } from './upstream-error.js';

export interface UpstreamUsage {
  prompt: number;
  cached: number;
  completion: number;
  reasoning: number;
}

/** @throws CocoonError `ENGINE_BAD_USAGE`: a count is missing, negative, no whole number, or a part exceeds its whole. */
export function readUsage(value: unknown): UpstreamUsage {
  if (!isRecord(value)) throw upstreamError('ENGINE_BAD_USAGE', { field: 'usage' });
  const prompt = count(value['prompt_tokens'], 'prompt_tokens');
  const completion = count(value['completion_tokens'] ?? 0, 'completion_tokens');
  const cached = part(value['prompt_tokens_details'], 'cached_tokens', prompt);
  const reasoning = part(value['completion_tokens_details'], 'reasoning_tokens', completion);
  return { prompt, cached, completion, reasoning };
}

function part(details: unknown, field: string, whole: number): number {
  const value = isRecord(details) ? count(details[field] ?? 0, field) : 0;
  if (value > whole) throw upstreamError('ENGINE_BAD_USAGE', { field });
  return value;
}

function count(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw upstreamError('ENGINE_BAD_USAGE', { field });
  return value;
}
