// What does this machine say about the places where memory can be kept?
import { readFile, statfs } from 'node:fs/promises';

/** What Linux tells; another one stands in for it in tests. */
export interface MemoryView {
  /** `f_type` of statfs(2) for an existing path, and bytes that can still be written there. */
  fileSystem(path: string): Promise<{ type: number; freeBytes: number }>;
  /** Text of /proc/swaps; empty where there is none. */
  swaps(): Promise<string>;
}

export const linuxMemory: MemoryView = {
  async fileSystem(path) {
    const { type, bavail, bsize } = await statfs(path);
    return { type, freeBytes: bavail * bsize };
  },
  swaps: () => readFile('/proc/swaps', 'utf8').catch(() => ''),
};
