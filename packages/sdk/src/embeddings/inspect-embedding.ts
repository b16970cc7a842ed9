// Are these texts that a model can embed, and safe to seal? Everything is checked before a byte is encrypted.

import { CocoonError } from '../errors.js';
import type { LIMITS } from '../protocol/limits.js';
import type { InspectedRequest } from '../session/inspect-request.js';
import type { EmbeddingRequest } from './embedding.js';

/** Room for the answer key and the other fields of the sealed body. */
const BODY_OVERHEAD = 4_096;
const MAX_DIMENSIONS = 65_536;
/** Marks a tokenizer may put around one text (PROTOCOL.md §9). */
const TEMPLATE_TOKENS = 64;

/** Of the protocol; handed over by whoever has them loaded already. */
export type EmbeddingLimits = Pick<typeof LIMITS, 'embeddingInputs' | 'bodyBytes'>;

const utf8 = (text: string) => new TextEncoder().encode(text);

/** @throws CocoonError kind `model`: `REQUEST_INVALID`, `BODY_TOO_LARGE` */
export function inspectEmbedding(
  request: EmbeddingRequest,
  { embeddingInputs, bodyBytes }: EmbeddingLimits,
): InspectedRequest {
  if (typeof request !== 'object' || request === null) throw invalid('it is not an object');
  const { model, input, dimensions, encoding_format: format = 'float', requires } = request;
  if (typeof model !== 'string' || model === '' || utf8(model).length > 256)
    throw invalid('model is not a name');
  const texts = typeof input === 'string' ? [input] : Array.isArray(input) ? [...input] : [];
  if (texts.length === 0 || texts.length > embeddingInputs)
    throw invalid(`input is neither a text nor a list of 1 to ${embeddingInputs} texts`);
  if (texts.some((text: unknown) => typeof text !== 'string' || text === ''))
    throw invalid('a text of input is empty or no text');
  if (format !== 'float' && format !== 'base64') throw invalid('encoding_format is neither float nor base64');
  if (
    dimensions !== undefined &&
    (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > MAX_DIMENSIONS)
  )
    throw invalid(`dimensions is not a whole number from 1 to ${MAX_DIMENSIONS}`);
  const json = utf8(JSON.stringify({ model, input: texts, encoding_format: format, dimensions }));
  const limit = bodyBytes - BODY_OVERHEAD;
  if (json.length > limit) throw tooLarge(json.length, limit);
  return {
    operation: 'embeddings',
    model,
    requires,
    json,
    features: ['embeddings'],
    // Nothing is written: no output is paid for.
    choices: 0,
    maxTokens: 1,
    messages: texts.length,
    promptBound: json.length + TEMPLATE_TOKENS * texts.length,
    promptGuess: 0,
  };
}

function invalid(reason: string): CocoonError {
  return new CocoonError({
    kind: 'model',
    code: 'REQUEST_INVALID',
    message: `The request cannot be sent: ${reason}.`,
    remedy: 'Use the shape of an OpenAI embedding request with texts. Nothing was sent.',
  });
}

function tooLarge(bytes: number, limit: number): CocoonError {
  return new CocoonError({
    kind: 'model',
    code: 'BODY_TOO_LARGE',
    message: `The texts have ${bytes} bytes; at most ${limit} can be sealed.`,
    remedy: 'Send fewer texts at once. Nothing was sent.',
    details: { bytes, limit },
  });
}
