// Where does a bot keep things when its process may be killed at any moment? In files, each written beside and then renamed.
import { mkdirSync } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageAdapter } from 'grammy';

/** `step` hears of every operation, before and after it: the place to die. Names must be safe in file names, as the kit's are. */
export function fileStorage(
  folder: string,
  step: (what: string) => void = () => undefined,
): StorageAdapter<string> {
  mkdirSync(folder, { recursive: true });
  let temporary = 0;
  const gone = (error: NodeJS.ErrnoException): undefined => {
    if (error.code !== 'ENOENT') throw error;
  };
  return {
    read: (key) => readFile(join(folder, key), 'utf8').catch(gone),
    async write(key, value) {
      step('write:before');
      const path = join(folder, `.${process.pid}-${temporary++}`);
      const file = await open(path, 'w');
      await file.writeFile(value);
      await file.sync();
      await file.close();
      await rename(path, join(folder, key));
      step('write:after');
    },
    async delete(key) {
      step('delete:before');
      await rm(join(folder, key), { force: true });
      step('delete:after');
    },
    async *readAllKeys() {
      for (const name of await readdir(folder)) if (!name.startsWith('.')) yield name;
    },
  };
}
