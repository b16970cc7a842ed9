// Where the code of the reading thread comes from: the built file beside this one, or its source compiled on the spot.
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ThreadTask } from './thread-messages.js';

/** Code and stacks; what a document needs is the heap's. */
const YOUNG_MEGABYTES = 32;
const STACK_MEGABYTES = 4;

let compiled: Promise<URL> | undefined;

/**
 * Node cannot run TypeScript in a thread. When this module itself runs from source (tests, benchmarks), the thread is
 * compiled in memory by esbuild, a development tool of this repository; a built package never takes that way.
 */
export async function startReaderThread(task: ThreadTask): Promise<Worker> {
  const built = new URL('./reader-thread.js', import.meta.url);
  const isBuilt = existsSync(fileURLToPath(built));
  if (!isBuilt) compiled ??= compileThread(fileURLToPath(new URL('./reader-thread.ts', import.meta.url)));
  const code = isBuilt ? built : await compiled;
  return new Worker(code ?? built, {
    workerData: task,
    transferList: [task.bytes.buffer],
    // It sees neither the settings nor the loader flags of the bot, and prints nowhere.
    env: {},
    execArgv: [],
    stdin: false,
    stdout: true,
    stderr: true,
    resourceLimits: {
      maxOldGenerationSizeMb: task.limits.maxMemoryMegabytes,
      maxYoungGenerationSizeMb: YOUNG_MEGABYTES,
      stackSizeMb: STACK_MEGABYTES,
    },
  });
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
        name: 'packages-by-address',
        setup: (setup) => {
          setup.onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
            if (path.startsWith('node:') || pluginData === 'inner' || kind === 'entry-point')
              return undefined;
            const found = await setup.resolve(path, { kind, resolveDir, pluginData: 'inner' });
            return { path: pathToFileURL(found.path).href, external: true };
          });
        },
      },
    ],
  });
  const [output] = result.outputFiles;
  return new URL(`data:text/javascript;base64,${Buffer.from(output?.contents ?? []).toString('base64')}`);
}
