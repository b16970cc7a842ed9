// npm test: installs if needed, builds, then lint, types and all tests. Ends with one line of real counts.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, root, run } from './prepare.mjs';

const report = join(root, 'node_modules', '.cocoonkit', 'test-report.json');

/** Runs one gate; it counts as one test. */
async function gate(name, command, args) {
  process.stdout.write(`${name}\n`);
  try {
    await run(command, args, { show: true });
    return { passed: 1, failed: 0 };
  } catch {
    process.stdout.write(`FAILED: ${name}\n`);
    return { passed: 0, failed: 1 };
  }
}

/** Counts come from the runner's own report; a run without a report is a failure. */
async function tests(args) {
  rmSync(report, { force: true });
  await run(
    'npx',
    ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
    {
      show: true,
      env: { COCOONKIT_TEST: '1' },
    },
  ).catch(() => undefined);
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, testResults, success } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  // A failed test also fails its file. A file that failed without one could not be loaded or set up, and counts itself.
  const alone = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = numFailedTests + alone.length;
  return { passed: numPassedTests, failed: success ? failed : Math.max(1, failed), skipped: numPendingTests };
}

await build();
const filters = process.argv.slice(2);
const results =
  filters.length > 0
    ? []
    : [
        await gate('Format and lint', 'npx', ['biome', 'ci', '.']),
        await gate('Types', 'npx', ['tsc', '-p', 'tsconfig.json']),
      ];
results.push(await tests(filters));
const sum = (name) => results.reduce((total, result) => total + (result[name] ?? 0), 0);
const skipped = sum('skipped');
process.stdout.write(
  `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
);
process.exitCode = sum('failed') === 0 ? 0 : 1;
