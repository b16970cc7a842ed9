// How long does a full quote verification take, and how heavy is the verifier in a browser? A genuine quote, every check.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { verify as dcapVerify } from '@phala/dcap-qvl';
import { build } from 'esbuild';
import { parseCollateral } from '../src/attestation/collateral/parse-collateral.js';
import { createCollateralCache } from '../src/attestation/collateral-cache.js';
import type { QuotePolicy } from '../src/attestation/policy.js';
import { verifyQuote } from '../src/attestation/verify-quote.js';
import { type VerifyQuoteSyncOptions, verifyQuoteSync } from '../src/attestation/verify-quote-sync.js';
import { noblePrimitives } from '../src/internal/noble.js';
import { syncQuotePrimitives as pureSync } from '../src/internal/p256-verify.js';
import { syncQuotePrimitives } from '../src/internal/platform.node.js';
import { createWebPrimitives } from '../src/internal/platform.web.js';
import type { QuotePrimitives, SyncQuotePrimitives } from '../src/internal/primitives.js';
import { createSimulatedTdx, simulatedRootDer } from '../src/testing/tdx/index.js';
import { simulatedAnchor } from '../src/unsafe.js';

interface Measurement {
  name: string;
  value: number;
  unit: string;
  target?: string;
}

const NOW = new Date(1_751_624_191_000);
const vectors = new URL('../spec/vectors/quotes/', import.meta.url);
const quote = new Uint8Array(readFileSync(new URL('quotes/phala-v4-b0c0.dat', vectors)));
const collateral = readFileSync(new URL('collateral/2025-07-04.phala_v4_b0c0_2025_06.json', vectors), 'utf8');

const policy: QuotePolicy = { measurements: 'any', reportData: 'any' };

/** Median milliseconds of one call; a quarter of the rounds warms up. */
async function median(rounds: number, verify: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = -Math.ceil(rounds / 4); round < rounds; round++) {
    const start = performance.now();
    await verify();
    if (round >= 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[rounds >> 1] ?? Number.NaN;
}

/** From bytes and collateral text to the verified value. */
const options = (): Pick<VerifyQuoteSyncOptions, 'collateral' | 'now' | 'policy'> => ({
  collateral: parseCollateral(collateral),
  now: NOW,
  policy,
});
const full = (primitives: QuotePrimitives) => () => verifyQuote(quote, { ...options(), primitives });
const sync = (primitives: SyncQuotePrimitives) => () => verifyQuoteSync(quote, { ...options(), primitives });

/** Another machine's quote with known collateral (three signatures), and the same machine's next quote (one). */
function cached(primitives: SyncQuotePrimitives): { another: () => void; same: () => void } {
  const anchor = simulatedAnchor(simulatedRootDer());
  const machines = Array.from({ length: 40 }, (_, i) => createSimulatedTdx({ now: NOW, seed: `bench ${i}` }));
  const quotes = machines.map((machine) => machine.quote());
  const document = machines[0]?.collateralBytes() ?? new Uint8Array();
  const cache = createCollateralCache();
  const verify = (bytes: Uint8Array = new Uint8Array(), memory = cache): void => {
    verifyQuoteSync(bytes, { collateral: document, now: NOW, policy, anchor, primitives, cache: memory });
  };
  verify(quotes[0]);
  let next = 0;
  const small = createCollateralCache({ maxMachines: 1 });
  return {
    same: () => verify(quotes[0]),
    another: () => verify(quotes[next++ % quotes.length], small),
  };
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return typeof collect === 'function' ? () => collect() : () => undefined;
}

/** Heap growth over many different quotes with one cache; signatures are taken for good, only memory is looked at. */
function heapGrowth(count: number): number {
  const anchor = simulatedAnchor(simulatedRootDer());
  const machine = createSimulatedTdx({ now: NOW, seed: 'memory' });
  const cache = createCollateralCache({ maxMachines: 16 });
  const primitives: SyncQuotePrimitives = { sha256: syncQuotePrimitives.sha256, p256Verify: () => true };
  const [base, document] = [machine.quote(), machine.collateralBytes()];
  const collect = garbageCollector();
  const verify = (i: number): void => {
    const bytes = base.slice();
    new DataView(bytes.buffer).setUint32(568, i);
    verifyQuoteSync(bytes, { collateral: document, now: NOW, policy, anchor, primitives, cache });
  };
  for (let i = 0; i < count / 10; i++) verify(i);
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < count; i++) verify(i);
  collect();
  return (process.memoryUsage().heapUsed - before) / 1e6;
}

async function kilobytes(contents: string): Promise<number> {
  const result = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)), loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['#platform'],
  });
  return gzipSync(result.outputFiles[0]?.contents ?? '', { level: 9 }).length / 1000;
}

export async function run(): Promise<Measurement[]> {
  const web = createWebPrimitives(globalThis.crypto.subtle, async () => noblePrimitives);
  const nothing: SyncQuotePrimitives = { sha256: syncQuotePrimitives.sha256, p256Verify: () => true };
  const other = JSON.parse(collateral);
  const seconds = NOW.getTime() / 1000;
  const dcap = await median(100, () => dcapVerify(quote, other, seconds));
  const fast = await median(200, full(web));
  const once = await median(200, sync(syncQuotePrimitives));
  const cold = await median(20, sync(pureSync));
  const [node, pure] = [cached(syncQuotePrimitives), cached(pureSync)];
  const verifier = "export { verifyQuote } from './src/attestation/verify-quote.ts';";
  const p256 = "export { p256Verify } from './src/internal/p256-verify.ts';";
  return [
    { name: 'full verification, WebCrypto', value: fast, unit: 'ms', target: '<= 2' },
    { name: 'full verification, synchronous, node:crypto', value: once, unit: 'ms', target: '<= 2.5' },
    { name: 'full verification, synchronous, pure JavaScript', value: cold, unit: 'ms', target: '<= 18' },
    {
      name: 'another machine, collateral cached, pure JavaScript',
      value: await median(60, pure.another),
      unit: 'ms',
      target: '<= 6',
    },
    { name: 'same machine again, pure JavaScript', value: await median(60, pure.same), unit: 'ms' },
    {
      name: 'another machine, collateral cached, node:crypto',
      value: await median(200, node.another),
      unit: 'ms',
    },
    { name: 'same machine again, node:crypto', value: await median(200, node.same), unit: 'ms' },
    { name: 'without the nine signatures', value: await median(200, sync(nothing)), unit: 'ms' },
    { name: '@phala/dcap-qvl 0.3.9, fewer checks', value: dcap, unit: 'ms' },
    { name: 'dcap-qvl / WebCrypto', value: dcap / fast, unit: 'times', target: '>= 4' },
    { name: 'dcap-qvl / synchronous', value: dcap / once, unit: 'times', target: '>= 3' },
    {
      name: 'heap growth over 10,000 different quotes',
      value: heapGrowth(10_000),
      unit: 'MB',
      target: '<= 5',
    },
    { name: 'verifier, gzip', value: await kilobytes(verifier), unit: 'kB', target: '<= 10' },
    {
      name: 'verifier with P-256 in JavaScript, gzip',
      value: await kilobytes(verifier + p256),
      unit: 'kB',
      target: '<= 22',
    },
  ];
}
