// What does one payload of the stream say about text, end and tokens?
import type { FinishReason } from '../engine.js';
import { isRecord } from './is-record.js';
import { MAX_CHOICES } from './prepare-request.js';
import { readUsage, type UpstreamUsage } from './read-usage.js';
import { upstreamError } from './upstream-error.js';

export interface ChunkChoice {
  index: number;
  /** Text the model wrote in this delta: content, refusal, tool names and arguments. */
  text: string;
  reasoning: string;
  finish: FinishReason | undefined;
}

export interface Chunk {
  choices: readonly ChunkChoice[];
  usage: UpstreamUsage | undefined;
}

/**
 * Only looks; the payload itself goes on unchanged.
 *
 * @throws CocoonError `UPSTREAM_MALFORMED` (not JSON, not a chunk), `UPSTREAM_FAILED|BUSY|REFUSED` (an error sent in the
 * stream), `ENGINE_BAD_USAGE`.
 */
export function readChunk(payload: string): Chunk {
  const value = parseJson(payload);
  if (!isRecord(value)) throw upstreamError('UPSTREAM_MALFORMED', { reason: 'not an object' });
  checkNoError(value);
  const choices = value['choices'];
  if (!Array.isArray(choices)) throw upstreamError('UPSTREAM_MALFORMED', { reason: 'no choices' });
  const usage = value['usage'];
  return {
    choices: choices.map(readChoice),
    usage: usage === undefined || usage === null ? undefined : readUsage(usage),
  };
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    // The parser's own message quotes the text.
    throw upstreamError('UPSTREAM_MALFORMED', { reason: 'not JSON' });
  }
}

function checkNoError(value: Readonly<Record<string, unknown>>): void {
  const error = value['error'];
  if ((error === undefined || error === null) && value['object'] !== 'error') return;
  const code = isRecord(error) ? error['code'] : value['code'];
  const status = typeof code === 'number' && Number.isInteger(code) && code >= 400 && code < 600 ? code : 500;
  if (status === 429 || status === 503) throw upstreamError('UPSTREAM_BUSY', { status });
  throw upstreamError(status < 500 ? 'UPSTREAM_REFUSED' : 'UPSTREAM_FAILED', { status });
}

function readChoice(choice: unknown): ChunkChoice {
  if (!isRecord(choice)) throw upstreamError('UPSTREAM_MALFORMED', { reason: 'choice is not an object' });
  const index = choice['index'] ?? 0;
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= MAX_CHOICES) {
    throw upstreamError('UPSTREAM_MALFORMED', { reason: 'choice index', maxChoices: MAX_CHOICES });
  }
  const delta = isRecord(choice['delta']) ? choice['delta'] : {};
  const calls = Array.isArray(delta['tool_calls']) ? delta['tool_calls'].map(readCall) : [];
  return {
    index,
    text: [
      string(delta['content']),
      string(delta['refusal']),
      ...calls,
      callText(delta['function_call']),
    ].join(''),
    // Servers name it one way or the other; a few send both with the same text.
    reasoning: string(delta['reasoning_content']) || string(delta['reasoning']),
    finish: readFinish(choice['finish_reason']),
  };
}

function readCall(call: unknown): string {
  return isRecord(call) ? callText(call['function']) : '';
}

function callText(call: unknown): string {
  return isRecord(call) ? string(call['name']) + string(call['arguments']) : '';
}

function readFinish(finish: unknown): FinishReason | undefined {
  if (finish === undefined || finish === null || finish === '') return undefined;
  if (finish === 'length') return 'length';
  if (finish === 'tool_calls' || finish === 'function_call') return 'tool_calls';
  // vLLM and SGLang say so when they gave up on a request; what came before is not the answer.
  if (finish === 'abort' || finish === 'error')
    throw upstreamError('UPSTREAM_FAILED', { reason: 'aborted by the server' });
  return 'stop';
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
