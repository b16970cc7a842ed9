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
    {
      name: 'report, loaded while the first answer runs',
      value: client.part('report/build-report.js'),
      unit: 'kB gzip',
    },
    {
      name: 'lazy chunk with the curves',
      value: client.part('internal/noble.js'),
      unit: 'kB gzip',
      target: '<= 30',
    },
    {
      name: 'ML-KEM and SHA-3, where the browser lacks both',
      value: client.part('internal/ml-kem.js'),
      unit: 'kB gzip',
    },
    {
      name: 'SHA-3, where the browser has ML-KEM-768',
      value: client.part('internal/web-ml-kem.js'),
      unit: 'kB gzip',
    },
    { name: 'quote verifier, as a page loads it', value: verifier.main, unit: 'kB gzip', target: '<= 10' },
  ];
}

/** In kB. */
interface Sizes {
  /** All that the entry loads before it runs. */
  main: number;
  /** What it loads when it first needs this file of the package. */
  part(file: string): number;
}

async function measure(contents: string): Promise<Sizes> {
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
  const sum = (names: Iterable<string>): number =>
    [...names].reduce((total, name) => total + (sizes.get(baseName(name)) ?? 0), 0);
  return {
    main: sum(main),
    part(file) {
      // The package ships each with its own copies of what it imports: one chunk.
      const chunks = Object.entries(metafile.outputs).filter(
        ([name, { inputs }]) => !main.has(name) && Object.keys(inputs).some((path) => path.endsWith(file)),
      );
      // Zero would read as a target met.
      if (chunks.length === 0) throw new Error(`No chunk holds ${file}.`);
      return sum(chunks.map(([name]) => name));
    },
  };
}
