// Do fifty streams of a hundred tokens a second come as fast through the whole chain as straight from the same upstream?
import { cpuOf } from './cpu-of.js';
import { type Chain, openChain, startUpstream } from './open-chain.js';

interface Row {
  name: string;
  value: number;
  unit?: string;
  target?: string;
}

const STREAMS = Number(process.env['BENCH_STREAMS'] ?? 50);
const TOKENS = 300;
const PACED_MS = 10;
const ROUNDS = 3;
const QUESTION = { model: 'fake', messages: [{ role: 'user' as const, content: 'Name three colours.' }] };
const LONG = { ...QUESTION, x_fake: { reply: 'word '.repeat(TOKENS), delayMs: PACED_MS } };
const WAYS = ['direct', 'chain'] as const;

interface Round {
  /** Until the last stream ended. */
  readonly allMs: number;
  /** Of one stream. */
  readonly medianMs: number;
  /** Characters a second, all streams together. */
  readonly textRate: number;
  readonly text: number;
}

export async function run(): Promise<Row[]> {
  const upstream = await startUpstream();
  try {
    const chain = await openChain({ upstream, ledger: 'sqlite', question: QUESTION });
    try {
      await chain.open(1);
      return await measure(chain, upstream.url);
    } finally {
      await chain.stop();
    }
  } finally {
    await upstream.stop();
  }
}

async function measure(chain: Chain, upstream: string): Promise<Row[]> {
  const rounds = { direct: [] as Round[], chain: [] as Round[] };
  // Code that is not compiled yet is slow on both ways.
  for (const way of WAYS) await together(chain, way, upstream);
  const before = cpuOf(chain.roles);
  // In turns, so that both meet the same machine.
  for (let round = 0; round < ROUNDS; round++)
    for (const way of WAYS) rounds[way].push(await together(chain, way, upstream));
  const after = cpuOf(chain.roles);
  const usual = (way: 'direct' | 'chain', read: (round: Round) => number): number =>
    median(rounds[way].map(read));
  const against = (read: (round: Round) => number): [number, number] => [
    usual('direct', read),
    usual('chain', read),
  ];
  const [plainAll, sealedAll] = against(({ allMs }) => allMs);
  const [plainOne, sealedOne] = against(({ medianMs }) => medianMs);
  const [plainRate, sealedRate] = against(({ textRate }) => textRate);
  const [plainText, sealedText] = against(({ text }) => text);
  const name = `${STREAMS} streams x 100 tokens/s`;
  return [
    { name: `${name}, plain SSE: all ended after`, value: plainAll, unit: 'ms' },
    { name: `${name}, whole chain: all ended after`, value: sealedAll, unit: 'ms' },
    {
      name: 'completion of all against plain SSE',
      value: share(plainAll, sealedAll),
      unit: '%',
      target: '>= 90',
    },
    {
      name: 'completion of one (median) against plain SSE',
      value: share(plainOne, sealedOne),
      unit: '%',
      target: '>= 90',
    },
    { name: 'plain SSE: text', value: plainRate, unit: 'chars/s' },
    { name: 'whole chain: text', value: sealedRate, unit: 'chars/s' },
    {
      name: 'text throughput against plain SSE',
      value: share(sealedRate, plainRate),
      unit: '%',
      target: '>= 90',
    },
    {
      name: 'characters that arrived, against plain SSE',
      value: share(sealedText, plainText),
      unit: '%',
      target: '100',
    },
    ...[...after].map(([role, used]) => ({
      name: `  CPU, both ways together: ${role}`,
      value: used - (before.get(role) ?? 0),
      unit: 'ms',
    })),
  ];
}

/** The same number of streams in every process of clients. */
async function together({ loaders }: Chain, way: string, upstream: string): Promise<Round> {
  const concurrent = STREAMS / loaders.length;
  const results = await Promise.all(
    loaders.map((loader) => loader('together', { way, question: LONG, upstream, concurrent })),
  );
  const allMs = Math.max(...results.map(({ ms }) => Number(ms)));
  const ended = results.flatMap((result) => (Array.isArray(result['ended']) ? result['ended'] : []));
  const text = ended.reduce((sum, each) => sum + Number(each.text), 0);
  const medianMs = median(ended.map((each) => Number(each.ms)));
  return { allMs, medianMs, text, textRate: (1_000 * text) / allMs };
}

function share(part: number, whole: number): number {
  return (100 * part) / whole;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
