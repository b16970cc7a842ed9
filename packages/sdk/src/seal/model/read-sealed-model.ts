// Which model is in this sealed file? Told without a key; believed only when the digest is the one somebody pinned.
import { decodeModelPrefix, type SealedModelPrefix, sealedModelBytes } from '../../protocol/sealed-model.js';
import { modelError } from './model-error.js';
import { modelDigest } from './model-keys.js';

export interface SealedModel extends SealedModelPrefix {
  /** H("ck1 model", header). */
  readonly digest: Uint8Array;
}

/**
 * `start`: the file's first `MAX_MODEL_PREFIX_BYTES` bytes; `size`: how long the file is.
 * @throws CocoonError `SEALED_MODEL_FORMAT`, `SEALED_MODEL_LENGTH`
 */
export function readSealedModel(start: Uint8Array, size: number): SealedModel {
  let prefix: SealedModelPrefix;
  try {
    prefix = decodeModelPrefix(start);
  } catch {
    throw modelError('SEALED_MODEL_FORMAT');
  }
  const expected = sealedModelBytes(prefix);
  if (size !== expected) throw modelError('SEALED_MODEL_LENGTH', { expected, found: size });
  return { ...prefix, digest: modelDigest(prefix.headerBytes) };
}
