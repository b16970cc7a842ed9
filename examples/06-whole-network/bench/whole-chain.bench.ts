// What does the chain cost against the same upstream directly? Real processes on this machine, ratios of one run.
import { cpus } from 'node:os';
import { cpuOf } from './cpu-of.js';
import { type Chain, openChain, startUpstream } from './open-chain.js';

interface Row {
  name: string;
  value: number;
  unit: string;
  target?: string;
}

const SEQUENTIAL = 100;
/** A person pauses between two messages; the client uses the time to make its next key exchanges. */
const PAUSE_MS = 40;
const CONCURRENT = 50;
/** A service that has just started runs code that is not compiled yet: some thousand requests make the difference. */
const WARM_UP_MS = 15_000;
const LOAD_MS = 8_000;
const QUESTION = { model: 'fake', messages: [{ role: 'user' as const, content: 'Name three colours.' }] };

export async function run(): Promise<Row[]> {
  const upstream = await startUpstream();
  const rows: Row[] = [];
  try {
    for (const ledger of ['memory', 'sqlite'] as const) {
      const chain = await openChain({ upstream, ledger, question: QUESTION });
      try {
        rows.push(...(await measure(chain, upstream.url, ledger)));
      } finally {
        await chain.stop();
      }
    }
  } finally {
    await upstream.stop();
  }
  return rows;
}

async function measure(chain: Chain, upstream: string, ledger: 'memory' | 'sqlite'): Promise<Row[]> {
  const name = ledger === 'memory' ? 'in-memory ledger' : 'durable ledger';
  await chain.open(1);
  const rows = [
    ...(await underLoad(chain, { name: `${CONCURRENT} at once, ${name}, X-Wing`, upstream })),
    ...(await oneByOne(chain, { name, upstream, target: ledger === 'memory' ? '<= 5' : '<= 15' })),
  ];
  if (ledger === 'sqlite') return rows;
  await chain.open(3);
  rows.push(
    ...(await underLoad(chain, { name: `${CONCURRENT} at once, ${name}, X25519 (suite 3)`, upstream })),
  );
  return rows;
}

async function oneByOne(
  { loaders: [loader] }: Chain,
  { name, upstream, target }: { name: string; upstream: string; target: string },
): Promise<Row[]> {
  const options = { question: QUESTION, upstream, rounds: SEQUENTIAL, pauseMs: PAUSE_MS };
  const times = await loader?.('latency', options);
  const [direct, chain] = [numbers(times?.['direct']), numbers(times?.['chain'])];
  return [
    { name: `small chat, ${name}: direct`, value: quantile(direct, 0.5), unit: 'ms' },
    { name: `small chat, ${name}: whole chain, warm`, value: quantile(chain, 0.5), unit: 'ms' },
    {
      name: `added latency, ${name}`,
      value: quantile(chain, 0.5) - quantile(direct, 0.5),
      unit: 'ms',
      target,
    },
    // Nearer to what the chain itself takes on a machine that does other things as well.
    {
      name: `added latency, ${name}: first decile`,
      value: quantile(chain, 0.1) - quantile(direct, 0.1),
      unit: 'ms',
    },
  ];
}

/** Requests a second of all processes together, and where the processors' time went. */
async function underLoad(
  { loaders, roles }: Chain,
  { name, upstream }: { name: string; upstream: string },
): Promise<Row[]> {
  const ask = { way: 'chain', question: QUESTION, upstream, concurrent: CONCURRENT / loaders.length };
  const all = (ms: number) => Promise.all(loaders.map((loader) => loader('load', { ...ask, ms })));
  await all(WARM_UP_MS);
  const before = cpuOf(roles);
  const results = await all(LOAD_MS);
  const after = cpuOf(roles);
  const done = results.reduce((sum, result) => sum + Number(result['done']), 0);
  const ms = Math.max(...results.map((result) => Number(result['ms'])));
  const perRequest = [...after].map(([role, used]) => ({
    role,
    ms: (used - (before.get(role) ?? 0)) / done,
  }));
  const total = perRequest.reduce((sum, { ms: used }) => sum + used, 0);
  return [
    { name, value: (1000 * done) / ms, unit: '/s', target: '>= 1,000' },
    ...perRequest.map(({ role, ms: used }) => ({
      name: `  CPU per request: ${role}`,
      value: used,
      unit: 'ms',
    })),
    { name: '  CPU per request: all', value: total, unit: 'ms' },
    { name: '  if nothing else ran on these processors', value: (1000 * cpus().length) / total, unit: '/s' },
  ];
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number).sort((a, b) => a - b) : [];
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
}
