// How are weights decrypted, piece by piece, so that no altered byte is ever handed out? (PROTOCOL.md §17.2)
import { equalBytes } from '../../internal/bytes.js';
import { modelChunkLength, modelChunks } from '../../protocol/sealed-model.js';
import { TAG_BYTES } from '../../protocol/suites.js';
import { modelError } from './model-error.js';
import { deriveModelKeys, LAST, MORE } from './model-keys.js';
import type { SealedModel } from './read-sealed-model.js';

export interface ModelOpener {
  /** Pieces the file has. */
  readonly chunks: number;
  /** Bytes of the next piece in the sealed file; 0 after the last. */
  readonly nextBytes: number;
  /** @throws CocoonError `SEALED_MODEL_CHUNK` */
  open(chunk: Uint8Array): Promise<Uint8Array>;
  /** @throws CocoonError `SEALED_MODEL_LENGTH` when pieces are missing */
  end(): void;
}

/**
 * The caller compares `model.digest` with the one it expects before, and SHA-256 of all pieces with `model.header.sha256` after.
 * @throws CocoonError `SEALED_MODEL_KEY` before a piece is read, `KEYS_INVALID`
 */
export async function openSealedModel(model: SealedModel, key: Uint8Array): Promise<ModelOpener> {
  const { header, digest } = model;
  const { chunks, proof } = await deriveModelKeys(key, { salt: header.salt, digest });
  if (!equalBytes(proof, model.proof)) throw modelError('SEALED_MODEL_KEY');
  const total = modelChunks(header);
  return {
    chunks: total,
    get nextBytes() {
      return chunks.count === total ? 0 : modelChunkLength(header, chunks.count) + TAG_BYTES;
    },
    async open(chunk) {
      const index = chunks.count;
      if (index >= total || chunk.length !== modelChunkLength(header, index) + TAG_BYTES)
        throw modelError('SEALED_MODEL_CHUNK', { chunk: index });
      return chunks.open(index === total - 1 ? LAST : MORE, chunk).catch(() => {
        throw modelError('SEALED_MODEL_CHUNK', { chunk: index });
      });
    },
    end() {
      if (chunks.count !== total) throw modelError('SEALED_MODEL_LENGTH');
    },
  };
}
