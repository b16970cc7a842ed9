// How much does a browser load? Bundled from the built package as an application would, minified, gzip -9.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

export interface Measurement {
  name: string;
  value: number;
  unit: string;
  target?: string;
}

export async function run(): Promise<Measurement[]> {
  const client = await measure("export { createCocoon } from '@cocoonkit/sdk';");
  const verifier = await measure("export { verifyQuote } from '@cocoonkit/sdk/attestation';");
  return [
    { name: 'client main path, WebCrypto present', value: client.main, unit: 'kB gzip', target: '<= 45' },
    { name: 'report, loaded while the first answer runs', value: client.report, unit: 'kB gzip' },
    { name: 'lazy chunk with the curves', value: client.curves, unit: 'kB gzip', target: '<= 30' },
    { name: 'quote verifier, as a page loads it', value: verifier.main, unit: 'kB gzip', target: '<= 10' },
  ];
}

/** kB of what the entry loads before it runs, and of the chunks that hold the report and the curves. */
async function measure(contents: string): Promise<{ main: number; report: number; curves: number }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: new URL('..', import.meta.url).pathname },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const baseName = (path: string): string => path.split('/').at(-1) ?? path;
  const sizes = new Map(
    outputFiles.map((file) => [baseName(file.path), gzipSync(file.contents, { level: 9 }).length / 1000]),
  );
  const main = new Set(Object.keys(metafile.outputs).filter((name) => baseName(name) === 'stdin.js'));
  // A set grows while it is walked: everything reachable by static imports.
  for (const name of main) {
    for (const { kind, path } of metafile.outputs[name]?.imports ?? []) {
      if (kind === 'import-statement') main.add(path);
    }
  }
  // The package ships the curves inside one file of its own.
  const lazy = (file: string): string[] =>
    Object.keys(metafile.outputs).filter(
      (name) =>
        !main.has(name) &&
        Object.keys(metafile.outputs[name]?.inputs ?? {}).some((path) => path.endsWith(file)),
    );
  const sum = (names: Iterable<string>): number =>
    [...names].reduce((total, name) => total + (sizes.get(baseName(name)) ?? 0), 0);
  const curves = lazy('internal/noble.js');
  // Zero would read as a target met.
  if (curves.length === 0) throw new Error('The chunk with the curves was not found.');
  return { main: sum(main), report: sum(lazy('report/build-report.js')), curves: sum(curves) };
}
