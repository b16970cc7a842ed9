// How are the files of the kernel's report tree touched? One open, one read or write, as configfs expects.
import { mkdir, open, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface TsmTree {
  make(entry: string): Promise<void>;
  /** At most `maxBytes`; a longer file ends there. */
  read(entry: string, name: string, maxBytes: number): Promise<Uint8Array>;
  write(entry: string, name: string, bytes: Uint8Array): Promise<void>;
  remove(entry: string): Promise<void>;
}

export function tsmTree(root: string): TsmTree {
  return {
    async make(entry) {
      await mkdir(join(root, entry));
    },
    async read(entry, name, maxBytes) {
      const buffer = Buffer.alloc(maxBytes);
      const file = await open(join(root, entry, name), 'r');
      try {
        let length = 0;
        while (length < maxBytes) {
          const { bytesRead } = await file.read(buffer, length, maxBytes - length, null);
          if (bytesRead === 0) break;
          length += bytesRead;
        }
        return new Uint8Array(buffer.subarray(0, length));
      } finally {
        await file.close();
      }
    },
    async write(entry, name, bytes) {
      // Never creates the file: where the kernel made none, there is nobody to ask.
      const file = await open(join(root, entry, name), 'r+');
      try {
        await file.write(bytes, 0, bytes.length, 0);
      } finally {
        await file.close();
      }
    },
    async remove(entry) {
      await rmdir(join(root, entry));
    },
  };
}
