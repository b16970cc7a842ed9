// How does an owner encrypt weights of any size, piece by piece? (PROTOCOL.md §17.1)
import {
  encodeModelHeader,
  encodeModelPrefix,
  modelChunkLength,
  modelChunks,
  type SealedModelHeader,
} from '../../protocol/sealed-model.js';
import { modelError } from './model-error.js';
import { deriveModelKeys, LAST, MORE, modelDigest } from './model-keys.js';

export interface ModelSealer {
  /** Names the sealed file: 32 bytes. */
  readonly digest: Uint8Array;
  /** What the file begins with. */
  readonly prefix: Uint8Array;
  /**
   * The next piece, `header.chunkBytes` long, the last one as long as what is left.
   * @throws CocoonError `SEALED_MODEL_ORDER`
   */
  seal(chunk: Uint8Array): Promise<Uint8Array>;
  /** @throws CocoonError `SEALED_MODEL_ORDER` when pieces are missing */
  end(): void;
}

/**
 * The caller has measured the plain file: size and SHA-256 of the header must be those of the pieces that follow.
 * `header.salt` is 32 fresh random bytes. Takes a copy of nothing: pieces are sealed as they come.
 * @throws CocoonError `MALFORMED`, `KEYS_INVALID`
 */
export async function createModelSealer(options: {
  /** 32 random bytes. */
  key: Uint8Array;
  header: SealedModelHeader;
}): Promise<ModelSealer> {
  const { key, header } = options;
  const headerBytes = encodeModelHeader(header);
  const digest = modelDigest(headerBytes);
  const { chunks, proof } = await deriveModelKeys(key, { salt: header.salt, digest });
  const total = modelChunks(header);
  return {
    digest,
    prefix: encodeModelPrefix(headerBytes, proof),
    async seal(chunk) {
      const index = chunks.count;
      if (index >= total || chunk.length !== modelChunkLength(header, index))
        throw modelError('SEALED_MODEL_ORDER', { chunk: index });
      return chunks.seal(index === total - 1 ? LAST : MORE, chunk);
    },
    end() {
      if (chunks.count !== total) throw modelError('SEALED_MODEL_ORDER', { chunk: chunks.count });
    },
  };
}
