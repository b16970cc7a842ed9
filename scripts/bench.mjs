// npm run bench: runs every benchmark and prints measured values beside their targets. Nothing here fails a build.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, root } from './prepare.mjs';

await build();
const { build: bundle } = await import('esbuild');
const wanted = process.argv.slice(2);
const files = ['packages', 'examples'].flatMap((top) =>
  readdirSync(join(root, top)).flatMap((name) => {
    const folder = join(root, top, name, 'bench');
    return existsSync(folder)
      ? readdirSync(folder)
          .filter((file) => file.endsWith('.bench.ts'))
          .map((file) => join(folder, file))
      : [];
  }),
);
for (const file of files.filter(
  (path) => wanted.length === 0 || wanted.some((word) => path.includes(word)),
)) {
  process.stdout.write(`\n${file.slice(root.length + 1)}\n`);
  // Compiled beside its source so that relative paths and workspace packages resolve as they do there.
  const outfile = file.replace(/\.bench\.ts$/, '.bench.compiled.mjs');
  await bundle({
    entryPoints: [file],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
  });
  const { rmSync } = await import('node:fs');
  try {
    const { run } = await import(pathToFileURL(outfile).href);
    for (const row of await run()) {
      const value = Number.isFinite(row.value)
        ? String(Number(Number(row.value).toPrecision(4)))
        : String(row.value);
      process.stdout.write(
        `  ${row.name.padEnd(64)} ${value.padStart(10)} ${(row.unit ?? '').padEnd(8)} ${row.target ? `target ${row.target}` : ''}\n`,
      );
    }
  } finally {
    rmSync(outfile, { force: true });
  }
}
process.exit(0);
