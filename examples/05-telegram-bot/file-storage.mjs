// Where does a small bot keep its records? One file a record; what is in them is encrypted before it comes here.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A grammY storage adapter over a folder. A record is replaced whole or not at all. */
export function fileStorage(folder) {
  const pathOf = (key) => join(folder, `${Buffer.from(key).toString('hex')}.txt`);
  let writes = 0;
  return {
    read: (key) => readFile(pathOf(key), 'utf8').catch(ifMissing),
    async write(key, value) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const unfinished = `${pathOf(key)}.${process.pid}.${writes++}.new`;
      await writeFile(unfinished, value, { mode: 0o600 });
      await rename(unfinished, pathOf(key));
    },
    delete: (key) => rm(pathOf(key), { force: true }),
    async *readAllKeys() {
      for (const name of (await readdir(folder).catch(ifMissing)) ?? [])
        if (name.endsWith('.txt')) yield Buffer.from(name.slice(0, -4), 'hex').toString();
    },
  };
}

function ifMissing(error) {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
