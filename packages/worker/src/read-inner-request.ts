// Is the opened request something this model can and may do? Checked before the engine sees it (PROTOCOL.md §6.2).
import { CocoonError } from '@cocoonkit/sdk/errors';
import { type InnerRequest, LIMITS, parseStrictJson } from '@cocoonkit/sdk/protocol';
import type { EngineCard, Feature } from './engines/engine.js';

const ADDRESS_KEY = /ur[il]$/i;
const STORED_FILE_KEY = /^file_?id$/i;
const IMAGE_TYPE = /^(?:input_)?image(?:_url)?$/;

/**
 * The request's JSON for the engine, untouched.
 * @throws CocoonError kind `model`: `REQUEST_INVALID`, `UNSUPPORTED_URL`, `MODEL_LACKS_FEATURE`
 */
export function readInnerRequest(inner: InnerRequest, card: EngineCard): Record<string, unknown> {
  const request = parseObject(inner.json);
  if (inner.operation === 'embeddings') {
    if (!card.features.includes('embeddings')) throw lacks('embeddings');
    checkTexts(request['input']);
    return request;
  }
  const parts = contentParts(request['messages']);
  for (const part of parts) checkAddresses(part);
  for (const feature of neededFeatures(request, parts)) {
    if (!card.features.includes(feature)) throw lacks(feature);
  }
  return request;
}

function parseObject(json: Uint8Array): Record<string, unknown> {
  try {
    return parseStrictJson(json);
  } catch {
    throw refuse('REQUEST_INVALID', 'The request is not a strict JSON object.');
  }
}

/** Texts only: what a list of tokens says depends on a tokenizer that nobody named. */
function checkTexts(input: unknown): void {
  const texts: unknown[] = Array.isArray(input) ? input : [input];
  const usable = texts.every((text) => typeof text === 'string' && text !== '');
  if (!usable || texts.length === 0 || texts.length > LIMITS.embeddingInputs)
    throw refuse('REQUEST_INVALID', `Input is not 1 to ${LIMITS.embeddingInputs} texts.`);
}

/** Everything in messages that is not plain text: images, files, sound. */
function contentParts(messages: unknown): unknown[] {
  if (!Array.isArray(messages) || messages.length === 0)
    throw refuse('REQUEST_INVALID', 'The request has no messages.');
  return messages.flatMap((message: unknown) => {
    const content = isRecord(message) ? message['content'] : undefined;
    return Array.isArray(content) ? content : [];
  });
}

/** A worker that fetched an address would tell the net about a private request. Depth is bounded by the JSON's. */
function checkAddresses(value: unknown, key = ''): void {
  if (typeof value === 'string') {
    if (STORED_FILE_KEY.test(key) || (ADDRESS_KEY.test(key) && !value.startsWith('data:'))) {
      throw refuse('UNSUPPORTED_URL', 'Images and files must be data: URLs inside the request.');
    }
  } else if (Array.isArray(value)) for (const item of value) checkAddresses(item, key);
  else if (isRecord(value)) {
    for (const [name, item] of Object.entries(value)) checkAddresses(item, name);
  }
}

function* neededFeatures(request: Record<string, unknown>, parts: unknown[]): Generator<Feature> {
  const { tools, functions, response_format: format } = request;
  for (const list of [tools, functions]) if (Array.isArray(list) && list.length > 0) yield 'tools';
  if (isRecord(format) && format['type'] !== 'text') yield 'json';
  const seesImage = parts.some((part) => {
    const type = isRecord(part) ? part['type'] : undefined;
    return typeof type === 'string' && IMAGE_TYPE.test(type);
  });
  if (seesImage) yield 'vision';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lacks(feature: Feature): CocoonError {
  return refuse('MODEL_LACKS_FEATURE', `The model does not offer ${feature}.`, { feature });
}

function refuse(code: string, message: string, details: Record<string, string> = {}): CocoonError {
  return new CocoonError({
    kind: 'model',
    code,
    message,
    remedy: 'Change the request, or choose a model whose features fit. Nothing is charged.',
    details,
  });
}
