// Which weights do vectors and tests of private models use? Bytes of a fixed rule, sealed with a fixed key.
import { platform } from '#platform';
import { concat } from '../src/internal/bytes.js';
import { modelChunkLength, modelChunks, type SealedModelHeader } from '../src/protocol/sealed-model.js';
import { createModelSealer } from '../src/seal/model/index.js';
import { fixedRandom } from './fixed-machines.js';

export const MODEL_KEY = fixedRandom('vector model key')(32);
export const CHUNK = 4_096;

export interface FixedModel {
  header: SealedModelHeader;
  plain: Uint8Array;
  prefix: Uint8Array;
  chunks: Uint8Array[];
  file: Uint8Array;
  digest: Uint8Array;
}

export async function fixedModel(
  size: number,
  options: { key?: Uint8Array | undefined; header?: Partial<SealedModelHeader> | undefined } = {},
): Promise<FixedModel> {
  const plain = fixedRandom('vector weights')(size);
  const header: SealedModelHeader = {
    version: 1,
    salt: fixedRandom('vector model salt')(32),
    chunkBytes: CHUNK,
    size: BigInt(size),
    sha256: platform.sha256(plain),
    ...options.header,
  };
  const sealer = await createModelSealer({ key: options.key ?? MODEL_KEY, header });
  const chunks: Uint8Array[] = [];
  for (let i = 0; i < modelChunks(header); i++) {
    const at = i * header.chunkBytes;
    chunks.push(await sealer.seal(plain.subarray(at, at + modelChunkLength(header, i))));
  }
  sealer.end();
  const { prefix, digest } = sealer;
  return { header, plain, prefix, chunks, file: concat(prefix, ...chunks), digest };
}
