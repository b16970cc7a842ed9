// Compiles contracts/*.tolk into packages/sdk/src/ton/contract-codes.ts. Run it after changing a contract; a test compares the two.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runTolkCompiler } from '@ton/tolk-js';

const CONTRACTS = new URL('../contracts/', import.meta.url);
const TARGET = fileURLToPath(new URL('../../sdk/src/ton/contract-codes.ts', import.meta.url));
const NAMES = ['root', 'proxy', 'client', 'worker', 'wallet', 'governance'];

const codes = new Map();
for (const name of NAMES) {
  const result = await runTolkCompiler({
    entrypointFileName: `${name}.tolk`,
    fsReadCallback: (path) => readFileSync(new URL(path, CONTRACTS), 'utf8'),
  });
  if (result.status === 'error') throw new Error(`${name}.tolk: ${result.message}`);
  codes.set(name, { boc: result.codeBoc64, hash: result.codeHashHex.toLowerCase() });
}

if (process.argv.includes('--check')) {
  const shipped = readFileSync(TARGET, 'utf8');
  for (const [name, { boc, hash }] of codes)
    if (!shipped.includes(`'${boc}'`) || !shipped.includes(hash)) {
      process.stderr.write(
        `${name}.tolk compiles to another code than contract-codes.ts holds: run compile-contracts.mjs\n`,
      );
      process.exitCode = 1;
    }
} else {
  const entries = [...codes].map(([name, { boc, hash }]) => `  /** ${hash} */\n  ${name}: '${boc}',\n`);
  writeFileSync(
    TARGET,
    `// Which code do our contracts have? Made by packages/proxy/scripts/compile-contracts.mjs from packages/proxy/contracts: do not edit.

/** Bags of cells in base64, with the hash of each code cell. */
export const CONTRACT_CODES = {
${entries.join('')}} as const;
`,
  );
}
