// How long does a full quote verification take, and how heavy is the verifier in a browser? A genuine quote, every check.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { parseCollateral } from '../src/attestation/collateral/parse-collateral.js';
import { verifyQuote } from '../src/attestation/verify-quote.js';
import { noblePrimitives } from '../src/internal/noble.js';
import { platform } from '../src/internal/platform.node.js';
import { createWebPrimitives } from '../src/internal/platform.web.js';
import type { Primitives } from '../src/internal/primitives.js';

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

/** Median milliseconds from bytes and collateral text to the verified value. */
async function median(primitives: Primitives, rounds: number): Promise<number> {
  const times: number[] = [];
  for (let round = -Math.ceil(rounds / 4); round < rounds; round++) {
    const start = performance.now();
    await verifyQuote(quote, {
      collateral: parseCollateral(collateral),
      now: NOW,
      policy: { measurements: 'any', reportData: 'any' },
      primitives,
    });
    if (round >= 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[rounds >> 1] ?? Number.NaN;
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
  const withoutSignatures: Primitives = { ...platform, p256Verify: () => true };
  const verifier = "export { verifyQuote } from './src/attestation/verify-quote.ts';";
  const noble =
    "export { p256 } from '@noble/curves/nist.js'; export { sha256 } from '@noble/hashes/sha2.js';";
  return [
    { name: 'verification, WebCrypto', value: await median(web, 200), unit: 'ms', target: '<= 2' },
    { name: 'verification, node:crypto', value: await median(platform, 200), unit: 'ms', target: '<= 2.5' },
    {
      name: 'verification, pure JavaScript',
      value: await median(noblePrimitives, 20),
      unit: 'ms',
      target: '<= 18',
    },
    {
      name: 'verification without the nine signatures',
      value: await median(withoutSignatures, 200),
      unit: 'ms',
    },
    { name: 'verifier, gzip', value: await kilobytes(verifier), unit: 'kB', target: '<= 10' },
    {
      name: 'verifier with P-256 in JavaScript, gzip',
      value: await kilobytes(verifier + noble),
      unit: 'kB',
      target: '<= 22',
    },
  ];
}
