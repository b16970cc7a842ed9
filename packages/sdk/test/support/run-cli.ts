// How does a test run the built `cocoonkit` on files of its own?
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../bin/cocoonkit.js', import.meta.url));

export async function runCli(args: readonly string[], stdin?: Uint8Array | string) {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let [out, notes] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    notes += text;
  });
  // A command that ends before it read everything closes the pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, out, notes };
}

/** A folder for the files of one test file. */
export async function makeFolder(): Promise<{
  path: string;
  save: (name: string, content: Uint8Array | string) => Promise<string>;
  remove: () => Promise<void>;
}> {
  const path = await mkdtemp(join(tmpdir(), 'cocoonkit-verify-'));
  return {
    path,
    save: async (name, content) => {
      const file = join(path, name);
      await writeFile(file, content);
      return file;
    },
    remove: () => rm(path, { recursive: true }),
  };
}

/** The verdict of `verify` as people read it. */
export function expectReadableVerdict(out: string): void {
  const lines = out.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(30);
  // The verdict is one whole sentence.
  expect(lines.slice(0, 3)).toEqual([expect.stringMatching(/\.$/), '', 'Proven']);
  expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
  expect(lines.filter((line) => /^(Proven|Not proven|What to do)$/.test(line))).toHaveLength(3);
}
