// Where the code of the disk thread comes from: the built file beside this one, or its source compiled on the spot.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ThreadSettings } from './thread-messages.js';

let compiled: Promise<URL> | undefined;

/**
 * Node cannot run TypeScript in a thread. When this module itself runs from source (tests, benchmarks), the thread is
 * compiled in memory by esbuild, a development tool of this repository; a built package never takes that way.
 */
export async function startSqliteThread(settings: ThreadSettings): Promise<Worker> {
  const built = new URL('./sqlite-thread.js', import.meta.url);
  const isBuilt = existsSync(fileURLToPath(built));
  if (!isBuilt) compiled ??= compileThread(fileURLToPath(new URL('./sqlite-thread.ts', import.meta.url)));
  const code = isBuilt ? built : await compiled;
  // Without the parent's loader flags: the thread needs none, and they may not work there.
  return new Worker(code ?? built, { workerData: settings, execArgv: [] });
}

async function compileThread(source: string): Promise<URL> {
  const { build } = await import('esbuild');
  const result = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [
      {
        name: 'libsql-by-address',
        setup: (setup) => {
          const path = pathToFileURL(createRequire(import.meta.url).resolve('libsql')).href;
          setup.onResolve({ filter: /^libsql$/ }, () => ({ path, external: true }));
        },
      },
    ],
  });
  const [output] = result.outputFiles;
  return new URL(`data:text/javascript;base64,${Buffer.from(output?.contents ?? []).toString('base64')}`);
}
