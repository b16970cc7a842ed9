import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeVectors } from '../../scripts/make-vectors.js';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const root = source('../..');
const folder = mkdtempSync(join(tmpdir(), 'cocoonkit-browser-'));

/** Bundled as for a browser: other platform code, other import conditions, in a process of its own. */
async function bundle(entry: string, name: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [source(entry)],
    absWorkingDir: root,
    outdir: join(folder, name),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@cocoonkit/source'],
    outExtension: { '.js': '.mjs' },
    metafile: true,
    logLevel: 'error',
  });
  const main = Object.values(metafile.outputs).find((output) =>
    output.entryPoint?.endsWith(entry.split('/').at(-1) ?? ''),
  );
  // Everything the entry loads at once; chunks behind import() are left out.
  const files = new Set<string>();
  const follow = (output: typeof main) => {
    for (const file of Object.keys(output?.inputs ?? {})) files.add(file);
    for (const { path, kind } of output?.imports ?? []) {
      if (kind === 'import-statement') follow(metafile.outputs[path]);
    }
  };
  follow(main);
  return [...files];
}

function run(setup: string): unknown {
  const script = join(folder, 'run.mjs');
  const text = `${setup}
const { makeVectors } = await import('./vectors/make-vectors.mjs');
process.stdout.write(JSON.stringify([...(await makeVectors())]));`;
  writeFileSync(script, text);
  return JSON.parse(
    execFileSync(process.execPath, [script], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }),
  );
}

let loaded: string[] = [];
beforeAll(async () => {
  loaded = await bundle('../../scripts/make-vectors.ts', 'vectors');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the browser build', () => {
  it('seals, answers and signs the same bytes with WebCrypto', async () => {
    expect(run('')).toEqual([...(await makeVectors())]);
  });

  it('seals, answers and signs the same bytes without WebCrypto, as in a page that is no secure context', async () => {
    const bare = `const own = globalThis.crypto;
Object.defineProperty(globalThis, 'crypto', { value: { getRandomValues: (bytes) => own.getRandomValues(bytes) } });`;
    expect(run(bare)).toEqual([...(await makeVectors())]);
  });

  it('is the code for browsers, without node: modules', () => {
    expect(loaded.some((file) => file.endsWith('platform.web.ts'))).toBe(true);
    expect(loaded.some((file) => file.endsWith('.node.ts'))).toBe(false);
    for (const file of loaded.filter((name) => !name.includes('node_modules'))) {
      expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/from 'node:/);
    }
  });

  it('loads no curve, no AEAD, no ML-KEM and no SHA-3 in JavaScript before it needs one', () => {
    expect(loaded.filter((file) => /@noble\/(ciphers|curves|post-quantum|hashes\/sha3)/.test(file))).toEqual(
      [],
    );
  });
});
