// How do texts become vectors without anybody reading them? The same sealed path as a chat. Loaded when first used.
import { CocoonError } from '../errors.js';
// Types alone: what the main path has loaded already comes as arguments, so that it stays one file.
import type { Exchange } from '../exchange.js';
import type { InspectedRequest } from '../session/inspect-request.js';
import type { EmbeddingReply, EmbeddingRequest } from './embedding.js';
import { type EmbeddingLimits, inspectEmbedding } from './inspect-embedding.js';
import { createVectorReader } from './read-vectors.js';

/** @throws CocoonError as `Cocoon.embed` */
export async function embedTexts(
  request: EmbeddingRequest,
  { limits, start }: { limits: EmbeddingLimits; start: (inspected: InspectedRequest) => Exchange },
): Promise<EmbeddingReply> {
  const inspected = inspectEmbedding(request, limits);
  const reader = createVectorReader({
    // One message a text.
    inputs: inspected.messages,
    format: request.encoding_format ?? 'float',
    dimensions: request.dimensions,
  });
  const exchange = start(inspected);
  const items = exchange.items();
  try {
    for (;;) {
      const { done, value } = await items.next();
      if (done !== true) {
        reader.add(value.raw);
        continue;
      }
      const { receipt, report } = value;
      if (receipt.receipt.finish === 'cancelled') throw cancelled();
      const { prompt } = receipt.private.usage;
      return {
        object: 'list',
        model: receipt.receipt.model,
        ...reader.finish(),
        usage: { prompt_tokens: prompt, total_tokens: prompt },
        receipt,
        report,
        charge: { tokens: receipt.receipt.tokens, ...receipt.cost },
      };
    }
  } catch (error) {
    exchange.stop();
    throw error;
  }
}

function cancelled(): CocoonError {
  return new CocoonError({
    kind: 'aborted',
    code: 'ABORTED',
    message: 'The call was cancelled.',
    remedy: 'Vectors computed until then are charged.',
  });
}
