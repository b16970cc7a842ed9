// Is this item of an answer a chat-completion chunk? Authenticated is not the same as well-formed.
import type { ChatChunk, ChunkChoice } from './chat-types.js';
import { CocoonError } from './errors.js';
import { fromUtf8, utf8 } from './internal/bytes.js';

const MAX_CHOICES = 128;
const MAX_TOOL_CALLS = 128;

/** @throws CocoonError `CHUNK_INVALID`; the text is never quoted */
export function parseChunk(item: Uint8Array): ChatChunk {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(item));
  } catch {
    throw invalid('not UTF-8 JSON');
  }
  if (!isRecord(value) || !Array.isArray(value['choices'])) throw invalid('no list of choices');
  for (const choice of value['choices']) checkChoice(choice);
  // Every field that is read later was checked above; the others pass to the application as they came.
  return value as unknown as ChatChunk;
}

function checkChoice(choice: unknown): void {
  if (!isRecord(choice) || !isIndex(choice['index'], MAX_CHOICES))
    throw invalid('a choice without its index');
  const { delta, finish_reason: finish, logprobs } = choice;
  if (!isRecord(delta)) throw invalid('a choice without a delta');
  if (finish !== undefined && finish !== null && typeof finish !== 'string')
    throw invalid('a bad finish reason');
  if (logprobs !== undefined && logprobs !== null && !isRecord(logprobs)) throw invalid('bad logprobs');
  for (const name of ['role', 'content', 'reasoning_content', 'reasoning', 'refusal']) {
    if (!isOptionalText(delta[name])) throw invalid('a delta that is not text');
  }
  const { tool_calls: calls } = delta;
  if (calls === undefined || calls === null) return;
  if (!Array.isArray(calls)) throw invalid('tool calls that are not a list');
  for (const call of calls) {
    if (!isRecord(call) || !isIndex(call['index'], MAX_TOOL_CALLS))
      throw invalid('a tool call without its index');
    const { id, function: named } = call;
    if (!isOptionalText(id)) throw invalid('a tool call with a bad id');
    if (named === undefined || named === null) continue;
    if (!isRecord(named) || !isOptionalText(named['name']) || !isOptionalText(named['arguments'])) {
      throw invalid('a tool call with a bad function');
    }
  }
}

/** UTF-8 bytes of everything a chunk says: what its tokens can at most be. */
export function textBytes({ choices }: ChatChunk): number {
  const parts = choices.flatMap(({ delta }) => [
    delta.content,
    thoughtOf(delta),
    delta.refusal,
    ...(delta.tool_calls ?? []).flatMap(({ id, function: named }) => [id, named?.name, named?.arguments]),
  ]);
  return parts.reduce((sum, part) => sum + (typeof part === 'string' ? utf8(part).length : 0), 0);
}

/** Engines name it one way or the other; a few say both with the same text. */
export function thoughtOf({ reasoning_content, reasoning }: ChunkChoice['delta']): string | undefined {
  return reasoning_content || reasoning || undefined;
}

function isIndex(value: unknown, limit: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < limit;
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(reason: string): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code: 'CHUNK_INVALID',
    message: `The worker sent a chunk that is not one of chat.completion.chunk: ${reason}.`,
    remedy: 'Use another model; its engine does not follow the OpenAI format.',
  });
}
