// What exactly is sent to the model server for texts to embed?
import { LIMITS } from '@cocoonkit/sdk/protocol';
import type { EngineCard, EngineRequest } from '../engine.js';
import { upstreamError } from './upstream-error.js';

const MAX_DIMENSIONS = 65_536;

export interface PreparedEmbeddings {
  /** JSON for `POST /embeddings`. */
  body: string;
  texts: readonly string[];
  format: 'float' | 'base64';
  dimensions: number | undefined;
}

/**
 * Only fields that are known pass: unlike a chat, an embedding has no settings worth a door for unknown ones.
 *
 * @throws CocoonError kind `model`: `REQUEST_INVALID`, `MODEL_LACKS_FEATURE`
 */
export function prepareEmbeddings(
  { request }: EngineRequest,
  { card, upstreamModel }: { card: EngineCard; upstreamModel: string },
): PreparedEmbeddings {
  if (!card.features.includes('embeddings'))
    throw upstreamError('MODEL_LACKS_FEATURE', { feature: 'embeddings', model: card.model });
  const texts = readTexts(request['input']);
  const format = request['encoding_format'] ?? 'float';
  if (format !== 'float' && format !== 'base64')
    throw upstreamError('REQUEST_INVALID', { field: 'encoding_format' });
  const dimensions = readDimensions(request['dimensions'] ?? undefined);
  const { cache_salt } = request;
  return {
    body: JSON.stringify({
      model: upstreamModel,
      input: texts,
      encoding_format: format,
      dimensions,
      cache_salt,
    }),
    texts,
    format,
    dimensions,
  };
}

function readTexts(input: unknown): string[] {
  const list: unknown[] = Array.isArray(input) ? input : [input];
  if (list.length === 0 || list.length > LIMITS.embeddingInputs)
    throw upstreamError('REQUEST_INVALID', { field: 'input', maxInputs: LIMITS.embeddingInputs });
  return list.map((text) => {
    if (typeof text !== 'string' || text === '') throw upstreamError('REQUEST_INVALID', { field: 'input' });
    return text;
  });
}

function readDimensions(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > MAX_DIMENSIONS)
    throw upstreamError('REQUEST_INVALID', { field: 'dimensions', maxDimensions: MAX_DIMENSIONS });
  return value;
}
