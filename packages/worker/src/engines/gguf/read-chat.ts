// What does a hostile chat request ask of a text model, every field checked?
import { ggufError } from './gguf-error.js';

const MAX_MESSAGES = 1_024;
const MAX_STOPS = 16;
const MAX_STOP_UNITS = 256;

export interface ChatTurn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

export interface Sampling {
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly seed: number | undefined;
  readonly presencePenalty: number;
  readonly frequencyPenalty: number;
}

export interface ChatOrder {
  readonly turns: readonly ChatTurn[];
  readonly sampling: Sampling;
  readonly stops: readonly string[];
  readonly maxTokens: number | undefined;
}

/** @throws CocoonError `REQUEST_INVALID`, `MODEL_LACKS_FEATURE` */
export function readChat(body: Readonly<Record<string, unknown>>): ChatOrder {
  refuseOtherFeatures(body);
  return {
    turns: readTurns(body['messages']),
    sampling: {
      temperature: number(body, 'temperature', 0, 2) ?? 1,
      topP: number(body, 'top_p', 0, 1) ?? 1,
      topK: number(body, 'top_k', 0, 1_000) ?? 0,
      seed: number(body, 'seed', -(2 ** 53) + 1, 2 ** 53 - 1),
      presencePenalty: number(body, 'presence_penalty', -2, 2) ?? 0,
      frequencyPenalty: number(body, 'frequency_penalty', -2, 2) ?? 0,
    },
    stops: readStops(body['stop']),
    maxTokens: smaller(whole(body, 'max_tokens'), whole(body, 'max_completion_tokens')),
  };
}

function refuseOtherFeatures(body: Readonly<Record<string, unknown>>): void {
  for (const name of ['tools', 'functions'])
    if (isPresent(body[name]) && !(Array.isArray(body[name]) && body[name].length === 0))
      throw lacks('tools');
  const format = body['response_format'];
  if (isPresent(format) && !(isRecord(format) && format['type'] === 'text')) throw lacks('json');
  if (isPresent(body['n']) && body['n'] !== 1) throw lacks('more than one answer');
  if (body['logprobs'] === true || isPresent(body['logit_bias'])) throw lacks('logprobs');
  if (isPresent(body['cocoonkit'])) throw lacks('extraction');
}

function readTurns(value: unknown): ChatTurn[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid('messages');
  if (value.length > MAX_MESSAGES) throw invalid('messages');
  return value.map((entry: unknown) => {
    if (!isRecord(entry)) throw invalid('messages');
    const { role, content } = entry;
    return { role: readRole(role), text: readContent(content, role) };
  });
}

function readRole(role: unknown): ChatTurn['role'] {
  if (role === 'system' || role === 'developer') return 'system';
  if (role === 'user' || role === 'assistant') return role;
  if (role === 'tool' || role === 'function') throw lacks('tools');
  throw invalid('role');
}

function readContent(content: unknown, role: unknown): string {
  if (typeof content === 'string') return content;
  if (role === 'assistant' && !isPresent(content)) return '';
  if (!Array.isArray(content)) throw invalid('content');
  const texts = content.map((part: unknown) => {
    if (!isRecord(part) || typeof part['type'] !== 'string') throw invalid('content');
    if (part['type'] === 'image_url') throw lacks('vision');
    if (part['type'] !== 'text') throw lacks('files and sound');
    if (typeof part['text'] !== 'string') throw invalid('content');
    return part['text'];
  });
  return texts.join('\n');
}

function readStops(value: unknown): string[] {
  if (!isPresent(value)) return [];
  const stops: unknown[] = Array.isArray(value) ? value : [value];
  if (stops.length > MAX_STOPS) throw invalid('stop');
  return stops.map((stop) => {
    if (typeof stop !== 'string' || stop === '' || stop.length > MAX_STOP_UNITS) throw invalid('stop');
    return stop;
  });
}

function number(
  body: Readonly<Record<string, unknown>>,
  field: string,
  least: number,
  most: number,
): number | undefined {
  const value = body[field];
  if (!isPresent(value)) return undefined;
  if (typeof value !== 'number' || !(value >= least && value <= most)) throw invalid(field);
  return value;
}

function whole(body: Readonly<Record<string, unknown>>, field: string): number | undefined {
  const value = number(body, field, 1, Number.MAX_SAFE_INTEGER);
  if (value !== undefined && !Number.isSafeInteger(value)) throw invalid(field);
  return value;
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lacks(feature: string) {
  return ggufError('MODEL_LACKS_FEATURE', { feature });
}

function invalid(field: string) {
  return ggufError('REQUEST_INVALID', { field });
}
