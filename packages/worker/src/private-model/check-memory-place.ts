// Is this place in memory alone? Weights may be nowhere else (PROTOCOL.md §17.2).
import type { CocoonError } from '@cocoonkit/sdk/errors';
import { workerError } from '../worker-error.js';
import type { MemoryView } from './memory-view.js';

/** linux/magic.h */
const MEMORY_FILE_SYSTEMS = [0x01021994 /* tmpfs */, 0x858458f6 /* ramfs */];
/** Compressed memory, which never reaches a disk. */
const ZRAM = /^\/dev\/zram[0-9]+\s/;

export interface PlaceOptions {
  view: MemoryView;
  /** Only where nothing is protected anyway. */
  allowDisk: boolean;
}

/**
 * `path`: a folder, or the opened file itself. `bytes`: what is to be written there.
 * @throws CocoonError `MODEL_PLACE_NOT_MEMORY`, `MODEL_MEMORY_SWAPS`, `MODEL_MEMORY_FULL`
 */
export async function checkMemoryPlace(
  path: string,
  bytes: number,
  { view, allowDisk }: PlaceOptions,
): Promise<void> {
  const place = await view.fileSystem(path).catch(() => {
    throw notMemory();
  });
  if (!allowDisk) {
    // Some platforms give the number with its sign.
    if (!MEMORY_FILE_SYSTEMS.includes(place.type >>> 0)) throw notMemory();
    const [, ...swaps] = (await view.swaps()).split('\n').filter((line) => line.trim() !== '');
    if (swaps.some((line) => !ZRAM.test(line))) throw swapping();
  }
  if (place.freeBytes < bytes) throw memoryFull(bytes);
}

function notMemory(): CocoonError {
  return workerError({
    code: 'MODEL_PLACE_NOT_MEMORY',
    message: 'The folder for decrypted weights is not in memory: what is written there could stay on a disk.',
    remedy:
      'Name a folder of a tmpfs with --model-memory (default /dev/shm). With --quote simulated, --model-on-disk allows any.',
  });
}

function swapping(): CocoonError {
  return workerError({
    code: 'MODEL_MEMORY_SWAPS',
    message: 'This machine swaps: decrypted weights could be written to a disk.',
    remedy:
      'Switch swap off (swapoff -a) before the worker starts. With --quote simulated, --model-on-disk allows it.',
  });
}

export function memoryFull(bytes: number): CocoonError {
  return workerError({
    code: 'MODEL_MEMORY_FULL',
    message: `The folder for decrypted weights has no room for ${bytes} bytes.`,
    remedy: 'Give the machine more memory, or its tmpfs a larger size (mount -o remount,size=…).',
  });
}
