// How do evidence and release travel by files, where no address leads into the machine? (PROTOCOL.md §17.4)
import { createHash, randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { readFileUpTo } from '../load-registry.js';
import { repeat } from '../repeat.js';
import { workerError } from '../worker-error.js';
import type { KeyDesk, KeyDoor } from './wait-for-key.js';

const MAX_RELEASE_BYTES = 4_096;

export interface ReleaseFilesOptions {
  /** Written anew with each set of keys; removed in the end. */
  requestFile: string;
  /** Looked at until it holds a release that fits. */
  releaseFile: string;
  everyMs: number;
  signal: AbortSignal;
}

/** @throws CocoonError `MODEL_REQUEST_UNWRITABLE` */
export async function openReleaseFiles(desk: KeyDesk, options: ReleaseFilesOptions): Promise<KeyDoor> {
  const { requestFile, releaseFile, everyMs, signal } = options;
  let tried = '';
  const remove = (): Promise<void> => rm(requestFile, { force: true }).catch(() => undefined);
  const renewed = async (): Promise<void> => {
    if (signal.aborted) return;
    await writeWhole(requestFile, desk.evidence());
    // It may have ended while the file was written.
    if (signal.aborted) await remove();
  };
  const look = async (): Promise<void> => {
    const release = await readFileUpTo(releaseFile, MAX_RELEASE_BYTES).catch(() => undefined);
    if (release === undefined || signal.aborted) return;
    const name = createHash('sha256').update(release).digest('hex');
    if (name === tried) return;
    tried = name;
    // Refused ones are in the log already.
    await desk.offer(release).catch(() => undefined);
  };
  await renewed();
  signal.addEventListener('abort', () => void remove(), { once: true });
  await look();
  repeat(everyMs, signal, look, () => undefined);
  return { renewed };
}

/** Whoever reads it finds the old content or the new, never a part. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(part, bytes, { flag: 'wx', mode: 0o644 });
    await rename(part, path);
  } catch {
    await rm(part, { force: true }).catch(() => undefined);
    throw workerError({
      code: 'MODEL_REQUEST_UNWRITABLE',
      message: 'The evidence for the model’s owner cannot be written.',
      remedy: 'Check --model-request-file: a file in a folder this process may write.',
    });
  }
}
