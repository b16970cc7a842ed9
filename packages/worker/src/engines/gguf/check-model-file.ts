// Is this file the model that the operator named by its hash?
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { ggufError } from './gguf-error.js';

const CHUNK_BYTES = 1024 * 1024;

export interface ModelPin {
  /** 64 hex digits. */
  sha256: string;
  /** Bytes. */
  size?: number | undefined;
}

/** @throws CocoonError `GGUF_UNREADABLE`, `MODEL_SIZE_MISMATCH`, `MODEL_HASH_MISMATCH` */
export async function checkModelFile(path: string, { sha256, size }: ModelPin): Promise<void> {
  const handle = await open(path, 'r').catch(() => {
    throw ggufError('GGUF_UNREADABLE');
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw ggufError('GGUF_UNREADABLE');
    if (size !== undefined && stats.size !== size)
      throw ggufError('MODEL_SIZE_MISMATCH', { expected: size, found: stats.size });
    const hash = createHash('sha256');
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
    }
    if (hash.digest('hex') !== sha256.toLowerCase()) throw ggufError('MODEL_HASH_MISMATCH');
  } finally {
    await handle.close();
  }
}
