// Which sealed model lies on this machine's disk? Its header, checked against the digest the operator pinned.
import { type FileHandle, open } from 'node:fs/promises';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { MAX_MODEL_PREFIX_BYTES } from '@cocoonkit/sdk/protocol';
import { readSealedModel, type SealedModel } from '@cocoonkit/sdk/seal';
import { workerError } from '../worker-error.js';

export interface SealedFile {
  readonly file: FileHandle;
  readonly model: SealedModel;
}

/**
 * The file stays open, so that nobody can exchange it for another one; the caller closes it.
 * @throws CocoonError `SEALED_MODEL_UNREADABLE`, `SEALED_MODEL_FORMAT`, `SEALED_MODEL_LENGTH`, `SEALED_MODEL_WRONG`
 */
export async function openSealedFile(path: string, digest: Uint8Array): Promise<SealedFile> {
  const file = await open(path, 'r').catch(() => {
    throw unreadable();
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw unreadable();
    const start = new Uint8Array(MAX_MODEL_PREFIX_BYTES);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    const model = readSealedModel(start.subarray(0, bytesRead), stats.size);
    if (!Buffer.from(digest).equals(model.digest)) throw wrongModel();
    return { file, model };
  } catch (error) {
    await file.close();
    throw error instanceof CocoonError ? error : unreadable();
  }
}

function unreadable(): CocoonError {
  return workerError({
    code: 'SEALED_MODEL_UNREADABLE',
    message: 'The sealed model cannot be read.',
    remedy: 'Check --model-sealed-file: the path of a file made by `cocoonkit model seal`.',
  });
}

function wrongModel(): CocoonError {
  return workerError({
    code: 'SEALED_MODEL_WRONG',
    message:
      'The sealed file is another model than the one whose digest was given, or its header was altered.',
    remedy: 'Compare --model-digest with what `cocoonkit model inspect` says of --model-sealed-file.',
  });
}
