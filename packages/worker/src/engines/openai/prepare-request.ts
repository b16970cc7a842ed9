// What exactly is sent to the model server for one request, and is it safe and allowed to send it?
import type { EngineCard, EngineRequest, Feature } from '../engine.js';
import { checkMessages } from './check-messages.js';
import { isRecord } from './is-record.js';
import { upstreamError } from './upstream-error.js';

export const MAX_CHOICES = 128;

const OUTPUT_CAPS = ['max_tokens', 'max_completion_tokens'] as const;
// llama.cpp lets `n_predict` overrule `max_tokens`, so it is capped as well; others know the last two.
const OUTPUT_CAP_ALIASES = ['n_predict', 'max_new_tokens', 'num_predict'] as const;

// Extensions of vLLM, SGLang and llama.cpp that connect to a host named by the caller, load code or files, carry media past
// the check of content parts, multiply the output unseen, or name requests and sessions of others.
const REFUSED_FIELDS = [
  'kv_transfer_params',
  'bootstrap_host',
  'bootstrap_port',
  'bootstrap_room',
  'custom_logit_processor',
  'session_params',
  'lora_path',
  'image_data',
  'audio_data',
  'video_data',
  'multi_modal_data',
  'images',
  'prompt_embeds',
  'id_slot',
  'rid',
  'n_cmpl',
] as const;

export interface PreparedRequest {
  /** JSON for `POST /chat/completions`. */
  body: string;
  /** Most completion tokens of all choices together. */
  maxOutputTokens: number;
}

/**
 * Every field passes as it is except the ones the engine owns: `model`, `stream`, `stream_options` and the output cap, which
 * is divided among the choices of `n > 1` so that all together stay under it.
 *
 * @throws CocoonError kind `model`: `REQUEST_INVALID`, `MODEL_LACKS_FEATURE`, `UNSUPPORTED_URL`, `UNSUPPORTED_FIELD`.
 */
export function prepareRequest(
  { request, maxOutputTokens }: EngineRequest,
  { card, upstreamModel }: { card: EngineCard; upstreamModel: string },
): PreparedRequest {
  for (const field of REFUSED_FIELDS) {
    if (request[field] !== undefined && request[field] !== null)
      throw upstreamError('UNSUPPORTED_FIELD', { field });
  }
  const { needsVision } = checkMessages(request['messages']);
  if (needsVision) checkFeature(card, 'vision');
  if (asksForTools(request)) checkFeature(card, 'tools');
  if (asksForJson(request)) checkFeature(card, 'json');

  const body: Record<string, unknown> = {
    ...request,
    model: upstreamModel,
    stream: true,
    stream_options: { include_usage: true, continuous_usage_stats: true },
  };
  capOutput(body, Math.floor(maxOutputTokens / readChoices(request['n'], maxOutputTokens)));
  return { body: JSON.stringify(body), maxOutputTokens };
}

function capOutput(body: Record<string, unknown>, cap: number): void {
  let asked = cap;
  for (const field of [...OUTPUT_CAP_ALIASES, ...OUTPUT_CAPS]) {
    const value = body[field];
    if (value === undefined || value === null) {
      delete body[field];
      continue;
    }
    // "512" and -1 mean "512" and "no limit" to some servers: a cap must not depend on how a server reads it.
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1)
      throw upstreamError('REQUEST_INVALID', { field });
    asked = Math.min(asked, value);
    body[field] = Math.min(value, cap);
  }
  if (OUTPUT_CAPS.every((field) => body[field] === undefined)) body['max_tokens'] = asked;
}

function readChoices(n: unknown, maxOutputTokens: number): number {
  if (n === undefined || n === null) return 1;
  if (
    typeof n !== 'number' ||
    !Number.isSafeInteger(n) ||
    n < 1 ||
    n > Math.min(MAX_CHOICES, maxOutputTokens)
  ) {
    throw upstreamError('REQUEST_INVALID', { field: 'n', maxChoices: MAX_CHOICES, maxOutputTokens });
  }
  return n;
}

function asksForTools(request: EngineRequest['request']): boolean {
  const lists = [request['tools'], request['functions']];
  return lists.some(
    (list) => list !== undefined && list !== null && !(Array.isArray(list) && list.length === 0),
  );
}

function asksForJson(request: EngineRequest['request']): boolean {
  const format = request['response_format'];
  return isRecord(format) && format['type'] !== 'text';
}

function checkFeature(card: EngineCard, feature: Feature): void {
  if (!card.features.includes(feature))
    throw upstreamError('MODEL_LACKS_FEATURE', { feature, model: card.model });
}
