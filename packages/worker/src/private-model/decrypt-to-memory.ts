// How do sealed weights become a file that only this process can reach, and that no disk ever holds? (PROTOCOL.md §17.2)
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { openSealedModel } from '@cocoonkit/sdk/seal';
import { workerError } from '../worker-error.js';
import { checkMemoryPlace, memoryFull, type PlaceOptions } from './check-memory-place.js';
import type { SealedFile } from './sealed-file.js';

export interface DecryptedModel {
  /** Opens the weights in this process, and in no other. */
  readonly path: string;
  /** The memory is given back once nothing maps it any more. */
  close(): Promise<void>;
}

/**
 * One piece at a time is in the process's own memory. `sealed.file` is left open.
 * @throws CocoonError `SEALED_MODEL_KEY`, `SEALED_MODEL_CHUNK`, `SEALED_MODEL_LENGTH`, `SEALED_MODEL_HASH`, `MODEL_PLACE_NOT_MEMORY`,
 * `MODEL_MEMORY_SWAPS`, `MODEL_MEMORY_FULL`
 */
export async function decryptToMemory(
  sealed: SealedFile,
  options: PlaceOptions & { key: Uint8Array; folder: string },
): Promise<DecryptedModel> {
  const bytes = Number(sealed.model.header.size);
  const target = await openNameless(options.folder);
  try {
    const path = `/proc/self/fd/${target.fd}`;
    // The opened file itself, so that no link or mount can come between check and use.
    await checkMemoryPlace(path, bytes, options);
    await decrypt(sealed, options.key, target).catch((error: unknown) => {
      throw isFull(error) ? memoryFull(bytes) : error;
    });
    return { path, close: () => target.close() };
  } catch (error) {
    await target.close();
    throw error instanceof CocoonError ? error : unusable();
  }
}

/** A file without a name is gone with the process, however that ends. */
async function openNameless(folder: string): Promise<FileHandle> {
  const name = join(folder, `.cocoonkit-${randomUUID()}`);
  const file = await open(name, 'wx+', 0o600).catch(() => {
    throw unusable();
  });
  try {
    await rm(name);
    return file;
  } catch {
    await file.close();
    throw unusable();
  }
}

async function decrypt({ file, model }: SealedFile, key: Uint8Array, target: FileHandle): Promise<void> {
  const opener = await openSealedModel(model, key);
  const hash = createHash('sha256');
  const buffer = new Uint8Array(opener.nextBytes);
  let position = model.length;
  while (opener.nextBytes > 0) {
    const piece = buffer.subarray(0, opener.nextBytes);
    await readWhole(file, piece, position);
    position += piece.length;
    const plain = await opener.open(piece);
    hash.update(plain);
    await target.writeFile(plain);
    plain.fill(0);
  }
  opener.end();
  if (!hash.digest().equals(model.header.sha256)) throw wrongHash();
}

/** A file that was cut after its length was checked gives a piece that does not open. */
async function readWhole(file: FileHandle, into: Uint8Array, position: number): Promise<void> {
  into.fill(0);
  for (let filled = 0; filled < into.length; ) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, position + filled);
    if (bytesRead === 0) return;
    filled += bytesRead;
  }
}

function isFull(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(error.code))
  );
}

function wrongHash(): CocoonError {
  return workerError({
    kind: 'protocol',
    code: 'SEALED_MODEL_HASH',
    message: 'The weights do not have the hash their header promises.',
    remedy: 'Its owner must seal the model again. Nothing of it was loaded.',
  });
}

function unusable(): CocoonError {
  return workerError({
    code: 'MODEL_PLACE_NOT_MEMORY',
    message: 'The folder for decrypted weights cannot be written.',
    remedy: 'Check --model-memory: a folder of a tmpfs that this process may write (default /dev/shm).',
  });
}
