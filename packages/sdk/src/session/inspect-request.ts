// What does this request need from a model, and is it safe to seal? Everything is checked before a byte is encrypted.
import type { ChatRequest, Requirements } from '../chat-types.js';
import { CocoonError } from '../errors.js';
import { utf8 } from '../internal/bytes.js';
import type { Operation } from '../protocol/inner-request.js';
import { LIMITS } from '../protocol/limits.js';
import { parseStrictJson } from '../protocol/strict-json.js';

const MAX_CHOICES = 128;
/** Any of these can answer a plain text. Whether it suits the task is the worker's to say. */
const TEXT_FEATURES = ['chat', 'summarize', 'quote', 'search'];
/** Tokens a chat template may add per message (PROTOCOL.md §9). */
const TEMPLATE_TOKENS = 64;
/** Room for the answer key and the other fields of the sealed body. */
const BODY_OVERHEAD = 4_096;

export interface InspectedRequest {
  /** Default: a chat. */
  readonly operation?: Operation | undefined;
  readonly model: string;
  /** Judged on machines; not part of what is sealed. */
  readonly requires: Requirements | undefined;
  /** What is sealed: the request without `stream` and `stream_options`. */
  readonly json: Uint8Array;
  readonly features: readonly (string | readonly string[])[];
  readonly choices: number;
  readonly messages: number;
  /** Completion tokens per choice, if the request says so. */
  readonly maxTokens: number | undefined;
  /** No tokenizer makes more tokens of it than this. */
  readonly promptBound: number;
  /** A rough guess, for the room left in the context. */
  readonly promptGuess: number;
}

/** @throws CocoonError kind `model`: `REQUEST_INVALID`, `UNSUPPORTED_URL`, `BODY_TOO_LARGE` */
export function inspectRequest(request: ChatRequest): InspectedRequest {
  if (typeof request !== 'object' || request === null) throw invalid('it is not an object');
  const { stream: _, stream_options: __, requires: wanted, ...rest } = request;
  const json = serialise(rest);
  if (json.length > LIMITS.bodyBytes - BODY_OVERHEAD) throw tooLarge(json.length);
  // Judged as the worker will read it: toJSON methods and getters cannot show one thing here and another there.
  const body = parseStrictJson(json);
  const { model, messages, n } = body;
  if (typeof model !== 'string' || model === '' || utf8(model).length > 256)
    throw invalid('model is not a name');
  if (!Array.isArray(messages) || messages.length === 0) throw invalid('messages is not a list');
  const choices = n === undefined || n === null ? 1 : n;
  if (!isWhole(choices) || choices > MAX_CHOICES)
    throw invalid(`n is not a whole number from 1 to ${MAX_CHOICES}`);
  const parts = messages.flatMap(partsOf);
  for (const part of parts) checkUrls(part);
  return {
    model,
    requires: wanted,
    json,
    features: featuresOf(body, parts),
    choices,
    messages: messages.length,
    maxTokens: readMaxTokens(body),
    promptBound: json.length + TEMPLATE_TOKENS * messages.length,
    promptGuess: Math.ceil(json.length / 4),
  };
}

function serialise(value: unknown): Uint8Array {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // The cause may quote the text.
    throw invalid('it cannot be written as JSON');
  }
  return utf8(text ?? 'null');
}

function partsOf(message: unknown): Record<string, unknown>[] {
  if (!isRecord(message)) throw invalid('a message is not an object');
  if (typeof message['role'] !== 'string') throw invalid('a message has no role');
  const { content } = message;
  if (content === undefined || content === null || typeof content === 'string') return [];
  if (!Array.isArray(content)) throw invalid('the content of a message is neither text nor a list of parts');
  return content.map((part: unknown) => {
    if (!isRecord(part)) throw invalid('a content part is not an object');
    return part;
  });
}

/** Anything but a data: URL would make the worker fetch from the open net, in clear. */
function checkUrls(part: Record<string, unknown>): void {
  const { image_url: image, video_url: video, file } = part;
  for (const link of [image, video]) {
    const url = isRecord(link) ? link['url'] : link;
    if (url !== undefined && (typeof url !== 'string' || !url.startsWith('data:'))) throw unsupportedUrl();
  }
  if (!isRecord(file)) return;
  const { file_data: data, file_url: url, file_id: id } = file;
  if (url !== undefined || id !== undefined) throw unsupportedUrl();
  if (typeof data === 'string' && data.includes('://') && !data.startsWith('data:')) throw unsupportedUrl();
}

function featuresOf(
  body: Record<string, unknown>,
  parts: readonly Record<string, unknown>[],
): (string | string[])[] {
  const { tools, functions, response_format: format, cocoonkit } = body;
  const features: (string | string[])[] = [];
  const task = isRecord(cocoonkit) ? cocoonkit['task'] : undefined;
  features.push(typeof task === 'string' ? task : TEXT_FEATURES);
  if ([tools, functions].some((list) => Array.isArray(list) && list.length > 0)) features.push('tools');
  if (isRecord(format) && format['type'] !== 'text') features.push('json');
  if (parts.some(({ type }) => type === 'image_url')) features.push('vision');
  return features;
}

function readMaxTokens({
  max_tokens: older,
  max_completion_tokens: newer,
}: Record<string, unknown>): number | undefined {
  const given = [older, newer].filter((value) => value !== undefined && value !== null);
  for (const value of given)
    if (!isWhole(value)) throw invalid('max_tokens is not a whole number above zero');
  const numbers = given.filter(isWhole);
  return numbers.length === 0 ? undefined : Math.min(...numbers);
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(reason: string): CocoonError {
  return new CocoonError({
    kind: 'model',
    code: 'REQUEST_INVALID',
    message: `The request cannot be sent: ${reason}.`,
    remedy: 'Use the shape of an OpenAI chat-completion request. Nothing was sent.',
  });
}

function unsupportedUrl(): CocoonError {
  return new CocoonError({
    kind: 'model',
    code: 'UNSUPPORTED_URL',
    message: 'Images and files must be embedded as data: URLs; a worker fetches nothing from the net.',
    remedy: 'Embed the bytes in the request. Nothing was sent.',
  });
}

function tooLarge(bytes: number): CocoonError {
  return new CocoonError({
    kind: 'model',
    code: 'BODY_TOO_LARGE',
    message: `The request has ${bytes} bytes; at most ${LIMITS.bodyBytes - BODY_OVERHEAD} can be sealed.`,
    remedy: 'Send less at once. Nothing was sent.',
    details: { bytes, limit: LIMITS.bodyBytes - BODY_OVERHEAD },
  });
}
