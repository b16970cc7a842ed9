// Would the tests notice if a check were missing? Takes each check of the quote verifier out, one at a time, and reports what survives.
// Usage: node scripts/mutate-attestation.mjs [--quick] [--part 1/2] [part of a place, as `der.ts:49`]... Part of `npm run test:deep`; no
// file is changed. `--quick` leaves out the tests that try every bit and length and those of other evidence; `--part` does every second file.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { EQUIVALENT } from './mutation/equivalent-mutants.mjs';
import { applyMutant, findMutants } from './mutation/find-mutants.mjs';

const sdk = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(sdk, 'src/attestation');
const HANG_MS = 60_000;
/** Not part of verifying a quote: other evidence, and what only builds on a verified quote. */
const ELSEWHERE = /\.test\.ts$|^gpu\/|^event-log\/|^measure\/|^verify-machine|^collateral\/pack-staple/;
/** These run the cases again, or only compare. */
const SAME_CASES = ['accepts-variants', 'synthetic-vectors', 'differential'].map(
  (name) => `--exclude=**/${name}.test.ts`,
);

async function bundle(contents, mutant) {
  const result = await build({
    stdin: { contents, resolveDir: join(sdk, 'src'), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@cocoonkit/source'],
    logLevel: 'silent',
    plugins: [
      {
        name: 'mutant',
        setup: ({ onLoad }) =>
          onLoad({ filter: /attestation\/.*\.ts$/ }, ({ path }) => {
            const text = readFileSync(path, 'utf8');
            return { loader: 'ts', contents: path === mutant?.path ? applyMutant(text, mutant) : text };
          }),
      },
    ],
  });
  return result.outputFiles[0].text;
}

async function makeCases() {
  const code = await bundle("export * from './testing/tdx/index.ts';");
  const sim = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
  const cases = [
    ...sim.quoteVariants().map((variant) => ({ ...variant, expected: variant.status })),
    ...sim.quoteDefects().map((defect) => ({ ...defect, expected: defect.code })),
  ].map(({ name, expected, scenario }) => ({ name, expected, ...sim.prepareSimulated(scenario) }));
  const vectors = join(sdk, 'spec/vectors/quotes');
  const real = JSON.parse(readFileSync(join(vectors, 'cases.json'), 'utf8')).map((entry) => ({
    name: entry.quote,
    expected: entry.status ?? `ATTESTATION_${entry.code}`,
    quote: new Uint8Array(readFileSync(join(vectors, entry.quote))),
    collateral: readFileSync(join(vectors, entry.collateral), 'utf8'),
    now: new Date(entry.now * 1000),
    policy: { measurements: 'any', reportData: 'any', tcbStatuses: sim.quoteVariants().map((v) => v.status) },
    real: true,
  }));
  return { cases: [...cases, ...real], root: sim.simulatedRootDer() };
}

const { values: options, positionals: places } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, part: { type: 'string', default: '1/1' } },
});
const [part, parts] = options.part.split('/').map(Number);
const SLOW = ['bit-flips.test.ts', 'truncation.test.ts', 'fuzz.test.ts', '{gpu,event-log,measure}/**'].map(
  (name) => `--exclude=**/attestation/${name}`,
);

/** The name of the case that notices the change; `undefined` when none does. */
async function runCases(code, workerData) {
  const worker = new Worker(new URL('./mutation/run-cases.mjs', import.meta.url), {
    workerData: { ...workerData, bundle: code },
  });
  let timer;
  try {
    return await new Promise((resolve) => {
      worker.once('message', ({ killer }) => resolve(killer));
      worker.once('error', (error) => resolve(`does not load: ${error.message}`));
      timer = setTimeout(() => resolve('does not end'), HANG_MS);
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

/** The slow way, with all attestation tests: unit tests of the parsers see what whole quotes do not. */
function runTests(mutant) {
  const config = join(sdk, 'scripts/mutation/mutant.vitest.config.mjs');
  const result = spawnSync(
    'npx',
    [
      ...['vitest', 'run', '--config', config, '--bail=1'],
      ...SAME_CASES,
      ...(options.quick ? SLOW : []),
      'packages/sdk/src/attestation',
    ],
    {
      cwd: join(sdk, '../..'),
      env: { ...process.env, COCOONKIT_MUTANT: JSON.stringify(mutant) },
      encoding: 'utf8',
      timeout: 10 * HANG_MS,
    },
  );
  return result.status === 0 ? undefined : (/FAIL.*?> (.*)/.exec(result.stdout)?.[1] ?? 'a test');
}

const files = readdirSync(folder, { recursive: true }).filter(
  (file) => file.endsWith('.ts') && !ELSEWHERE.test(file),
);
// The forms of collateral last: mostly unit tests find their mutants, which takes longest.
const late = (file) => Number(file.startsWith('collateral/'));
const ordered = files
  .sort((a, b) => late(a) - late(b) || a.localeCompare(b))
  .filter((_, i) => i % parts === part - 1);
const wanted = ({ file, line }) =>
  places.length === 0 || places.some((place) => `${file}:${line}`.endsWith(place) || file.includes(place));
const mutants = ordered.flatMap((file) => {
  const path = join(folder, file);
  return findMutants(readFileSync(path, 'utf8'), file)
    .filter(wanted)
    .map((mutant) => ({ ...mutant, path }));
});
const data = await makeCases();
const entry = `export { verifyQuote, parseCollateral } from './attestation/index.ts';
export { registerSimulatedRoot } from './attestation/anchor.ts';`;
const unchanged = await runCases(await bundle(entry), data);
if (unchanged !== undefined) throw new Error(`the unchanged verifier fails: ${unchanged}`);

let byCases = 0;
let byTests = 0;
let equivalent = 0;
const survivors = [];
for (const mutant of mutants) {
  const place = `${mutant.file}:${mutant.line} ${mutant.what}: ${mutant.text}`;
  if (EQUIVALENT.some(({ file, text }) => file === mutant.file && text === mutant.text)) {
    equivalent++;
    continue;
  }
  if ((await runCases(await bundle(entry, mutant), data)) !== undefined) byCases++;
  else if (runTests(mutant) !== undefined) byTests++;
  else {
    survivors.push(place);
    process.stdout.write(`SURVIVES ${place}\n`);
  }
}
process.stdout.write(
  `${mutants.length} mutants in ${files.length} files: ${byCases} found by the cases, ${byTests} by other tests, ` +
    `${equivalent} explained, ${survivors.length} survive\n`,
);
// An explanation outlives the check it explains only until somebody reads this.
const every = readdirSync(folder, { recursive: true })
  .filter((file) => file.endsWith('.ts') && !ELSEWHERE.test(file))
  .flatMap((file) => findMutants(readFileSync(join(folder, file), 'utf8'), file));
const stale = EQUIVALENT.filter(
  ({ file, text }) => !every.some((mutant) => mutant.file === file && mutant.text === text),
);
for (const { file, text } of stale) process.stdout.write(`EXPLAINED BUT NOT THERE ${file} ${text}\n`);
process.exitCode = survivors.length + stale.length === 0 ? 0 : 1;
