// Loaded into each process of a soak: on SIGUSR2 it collects its garbage and writes what is left, in bytes, to a file of its own.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** Memory in use once nothing can be collected any more. */
export function measure() {
  // The first pass frees what the second finds unused.
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { live: heapUsed + external, rss };
}

/** Only processes that were told where to write it listen. */
const folder = new URL(import.meta.url).searchParams.get('folder');
if (folder !== null) {
  process.on('SIGUSR2', () => {
    const file = join(folder, `${process.pid}.json`);
    // In one step, so that nobody reads half of it.
    writeFileSync(`${file}.part`, JSON.stringify(measure()));
    renameSync(`${file}.part`, file);
  });
}
