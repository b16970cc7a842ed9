// How is a file of any size read in pieces of one size? One buffer, however long the file is.
import { type FileHandle, open } from 'node:fs/promises';
import { usage } from './read-input.js';

/** A regular file, opened for reading. @throws CocoonError `FILE_NOT_REGULAR` */
export async function openRegular(path: string): Promise<{ file: FileHandle; size: number }> {
  const file = await open(path, 'r');
  const stats = await file.stat();
  if (stats.isFile()) return { file, size: stats.size };
  await file.close();
  throw usage('FILE_NOT_REGULAR', `${path} is not a regular file.`, 'Name a file, which is read twice.');
}

/** Pieces of `length` bytes, the last may be shorter. Each is valid until the next is asked for. */
export async function* filePieces(file: FileHandle, length: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(length);
  for (let position = 0; ; ) {
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(buffer, filled, length - filled, position);
      if (bytesRead === 0) break;
      filled += bytesRead;
      position += bytesRead;
    }
    if (filled > 0) yield buffer.subarray(0, filled);
    if (filled < length) return;
  }
}
