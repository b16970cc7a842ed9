// What does a browser really load, and how much of it? Built with esbuild from the sources, as an application would.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Metafile, type Plugin } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { LIBRARIES, oneErrorClass, PARTS } from '../scripts/own-copies.js';

const SDK = fileURLToPath(new URL('..', import.meta.url));
const KB = 1000;
// Ceilings, so that nothing grows unseen. The aims are 45 (main path, met), 10 (verifier) and 30 (curves, met).
const MAIN_PATH_KB = 45;
const VERIFIER_KB = 14.3;
const SYNC_VERIFIER_KB = 14.5;
/** Reading a TON contract's data without a chain library. */
const CELLS_KB = 4;
const CURVES_KB = 25.3;
const ML_KEM_KB = 7.6;
/** Where the browser has ML-KEM itself. */
const WEB_ML_KEM_KB = 3.6;

// As tsup.config.ts ships them.
const ownCopies: Plugin = {
  name: 'own-copies',
  setup({ onLoad }) {
    for (const path of [...LIBRARIES, ...PARTS]) {
      const entry = `${SDK}${path}`;
      onLoad({ filter: new RegExp(`/sdk/${path}$`) }, async () => {
        const { outputFiles } = await build({
          entryPoints: [entry],
          bundle: true,
          format: 'esm',
          target: 'es2022',
          conditions: ['@cocoonkit/source'],
          external: ['#noble'],
          plugins: PARTS.some((part) => part === path) ? [oneErrorClass(`${SDK}src/errors.ts`)] : [],
          write: false,
          logLevel: 'silent',
        });
        return { contents: outputFiles[0]?.text ?? '', loader: 'js' };
      });
    }
  },
};

interface Bundle {
  /** Everything the entry loads before it runs, gzip. */
  mainBytes: number;
  /** Source files in it. */
  mainInputs: string[];
  lazy: { bytes: number; inputs: string[] }[];
}

async function bundle(contents: string): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: SDK, loader: 'ts' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@cocoonkit/source'],
    outdir: 'out',
    write: false,
    metafile: true,
    plugins: [ownCopies],
    logLevel: 'silent',
  });
  const sizes = new Map(
    outputFiles.map((file) => [
      file.path.split('/').at(-1) ?? '',
      gzipSync(file.contents, { level: 9 }).length,
    ]),
  );
  const main = reachable(metafile);
  const size = (name: string) => sizes.get(name.split('/').at(-1) ?? '') ?? Number.NaN;
  const inputs = (name: string) => Object.keys(metafile.outputs[name]?.inputs ?? {});
  return {
    mainBytes: [...main].reduce((sum, name) => sum + size(name), 0),
    mainInputs: [...main].flatMap(inputs),
    lazy: Object.keys(metafile.outputs)
      .filter((name) => !main.has(name))
      .map((name) => ({ bytes: size(name), inputs: inputs(name) })),
  };
}

/** Output files that static imports pull in. */
function reachable({ outputs }: Metafile): Set<string> {
  const found = new Set(
    Object.keys(outputs).filter(
      (name) => outputs[name]?.entryPoint !== undefined && name.endsWith('stdin.js'),
    ),
  );
  for (const name of found) {
    for (const { path, kind } of outputs[name]?.imports ?? [])
      if (kind === 'import-statement') found.add(path);
  }
  return found;
}

const FORBIDDEN = [
  /^node:/,
  /node_modules\/(zod|ky|commander|pino|ws|undici|hono)\//,
  /@noble\//,
  /src\/internal\/(noble|ml-kem|web-ml-kem)\.ts$/,
  /src\/testing\//,
  /src\/cli\//,
  /src\/unsafe\.ts/,
  /\.node\.ts$/,
];

describe('browser bundle', () => {
  it('accepts: the main path stays under its ceiling and holds nothing of Node, of the tests or of the libraries', async () => {
    const { mainBytes, mainInputs, lazy } = await bundle("export { createCocoon } from '@cocoonkit/sdk';");
    const bytesOf = (file: string) => {
      const chunks = lazy.filter(({ inputs }) => inputs.some((path) => path.endsWith(file)));
      // Zero would read as a ceiling kept.
      expect(chunks.length).toBeGreaterThan(0);
      return chunks.reduce((sum, { bytes }) => sum + bytes, 0);
    };
    const curves = bytesOf('src/internal/noble.ts');
    const mlKem = bytesOf('src/internal/ml-kem.ts');
    const webMlKem = bytesOf('src/internal/web-ml-kem.ts');
    process.stdout.write(
      `main path ${mainBytes} bytes gzip, curves ${curves}, ML-KEM and SHA-3 ${mlKem}, around the browser’s ML-KEM ${webMlKem}\n`,
    );
    expect(mainInputs.filter((path) => FORBIDDEN.some((pattern) => pattern.test(path)))).toEqual([]);
    expect(mainInputs.some((path) => path.endsWith('src/client.ts'))).toBe(true);
    expect(mainBytes).toBeLessThanOrEqual(MAIN_PATH_KB * KB);
    expect(curves).toBeLessThanOrEqual(CURVES_KB * KB);
    expect(mlKem).toBeLessThanOrEqual(ML_KEM_KB * KB);
    expect(webMlKem).toBeLessThanOrEqual(WEB_ML_KEM_KB * KB);
  });

  it('accepts: the verifier alone stays under its ceiling', async () => {
    const { mainBytes, mainInputs } = await bundle(
      "export { verifyQuote, parseQuote, parseCollateral } from '@cocoonkit/sdk/attestation';",
    );
    process.stdout.write(`verifier ${mainBytes} bytes gzip\n`);
    expect(mainInputs.filter((path) => FORBIDDEN.some((pattern) => pattern.test(path)))).toEqual([]);
    // Sealing, signing and the curves have no place in a page that only verifies.
    expect(mainInputs.filter((path) => /src\/internal\/web-(subtle|self-tests)/.test(path))).toEqual([]);
    expect(mainBytes).toBeLessThanOrEqual(VERIFIER_KB * KB);
  });

  it('accepts: a page that verifies at once loads P-256 with the verifier, and one that does not never sees it', async () => {
    const sync = await bundle(
      "export { verifyQuoteSync, parseCollateral } from '@cocoonkit/sdk/attestation';",
    );
    process.stdout.write(`synchronous verifier ${sync.mainBytes} bytes gzip\n`);
    expect(sync.mainInputs.filter((path) => /^node:|\.node\.ts$|web-(p256|subtle)/.test(path))).toEqual([]);
    expect(sync.mainBytes).toBeLessThanOrEqual(SYNC_VERIFIER_KB * KB);
    const without = await bundle("export { verifyQuote } from '@cocoonkit/sdk/attestation';");
    const spared =
      /(p256|ecdsa)-verify|curve-point|verify-quote-sync|collateral-cache|rollback-marks|claims-json/;
    expect(without.mainInputs.filter((path) => spared.test(path))).toEqual([]);
  });

  it('accepts: reading a registry from the chain costs little, and loads no chain library', async () => {
    const { mainBytes, mainInputs } = await bundle(
      "export { parseRegistry } from '@cocoonkit/sdk/registry';",
    );
    process.stdout.write(`registry on chain ${mainBytes} bytes gzip\n`);
    expect(mainInputs.filter((path) => /node_modules|^node:|\.node\.ts$/.test(path))).toEqual([]);
    expect(mainBytes).toBeLessThanOrEqual(CELLS_KB * KB);
  });

  it('accepts: nothing refers to Buffer or process', async () => {
    const { outputFiles } = await build({
      stdin: { contents: "export * from '@cocoonkit/sdk';", resolveDir: SDK, loader: 'ts' },
      bundle: true,
      format: 'esm',
      platform: 'browser',
      conditions: ['@cocoonkit/source'],
      outdir: 'out',
      splitting: true,
      write: false,
      logLevel: 'silent',
    });
    const text = outputFiles.map((file) => file.text).join('\n');
    expect(/\bBuffer\.|\bprocess\.(env|cwd)/.exec(text)?.[0]).toBeUndefined();
  });
});
