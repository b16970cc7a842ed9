// The command as its users run it: a process of its own, made from the current sources.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface WorkerCommand {
  run(args: readonly string[], env?: Record<string, string>): WorkerProcess;
  remove(): Promise<void>;
}

export interface WorkerProcess {
  child: ChildProcess;
  stdout: string[];
  stderr: string[];
  /** The first line of standard output. */
  line: Promise<string>;
  exit: Promise<number | null>;
}

export async function buildWorkerCommand(): Promise<WorkerCommand> {
  const directory = await mkdtemp(join(tmpdir(), 'cocoonkit-worker-'));
  const outfile = join(directory, 'main.mjs');
  await build({
    entryPoints: [MAIN],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@cocoonkit/source', 'node'],
    // An optional peer with a native part: it stays where npm put it.
    external: ['node-llama-cpp'],
    // Packages in CommonJS ask for `require`.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return {
    run(args, env = {}) {
      const child = spawn(process.execPath, [outfile, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'] ?? '', ...env },
      });
      const stdout: string[] = [];
      const stderr: string[] = [];
      const out = createInterface({ input: child.stdout });
      out.on('line', (line) => stdout.push(line));
      createInterface({ input: child.stderr }).on('line', (line) => stderr.push(line));
      return {
        child,
        stdout,
        stderr,
        line: once(out, 'line').then(([line]: unknown[]) => String(line)),
        // After `close` both streams are read to their end.
        exit: once(child, 'close').then(([code]: unknown[]) => (typeof code === 'number' ? code : null)),
      };
    },
    remove: () => rm(directory, { recursive: true }),
  };
}
