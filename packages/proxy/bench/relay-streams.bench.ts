// Does one core carry a thousand streams? The proxy alone on one core, frames sealed beforehand and sent from the other.
import { cpus } from 'node:os';
import { isGenerator, serveTasks, startGenerator } from './support/generator.js';
import { type Figures, figuresOf, pin } from './support/process-figures.js';
import { startBenchProxy } from './support/start-proxy.js';
import { BUCKET_MS, streamLoad } from './support/stream-load.js';

interface Row {
  name: string;
  value: number | string;
  unit?: string;
  target?: string;
}

const STREAMS = Number(process.env['BENCH_STREAMS'] ?? 1_000);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 30);
const FRAMES_PER_SECOND = 20;
/** Two processes share the work of preparing and of verifying; while the streams run both are on one core. */
const GENERATORS = 2;
const WORKERS = 4;

export async function run(): Promise<Row[]> {
  const proxy = await startBenchProxy([
    'addressRate=1000000',
    'addressBurst=1000000',
    'accountRunning=100000',
  ]);
  const generators = Array.from({ length: GENERATORS }, startGenerator);
  try {
    await Promise.all(
      generators.map((generator, index) =>
        generator.ask('prepare', {
          ...proxy.joining,
          name: `bench-${index}`,
          streams: STREAMS / GENERATORS,
          workers: WORKERS,
          frames: SECONDS * FRAMES_PER_SECOND,
        }),
      ),
    );
    const last = String(cpus().length - 1);
    const pinned = cpus().length > 1 && pin(proxy.pid, '0') && generators.every(({ pid }) => pin(pid, last));
    const before = figuresOf(proxy.pid);
    const loadBefore = generators.map(({ pid }) => figuresOf(pid));
    const startedAt = performance.now();
    await Promise.all(
      generators.map((generator) => generator.ask('play', { everyMs: 1_000 / FRAMES_PER_SECOND })),
    );
    const ms = performance.now() - startedAt;
    const after = figuresOf(proxy.pid);
    const load = generators.map(({ pid }, index) => used(loadBefore[index], figuresOf(pid)));
    for (const { pid } of generators) pin(pid, `0-${last}`);
    const verified = await Promise.all(generators.map((generator) => generator.ask('verify')));
    const sum = (field: string): number => verified.reduce((total, each) => total + Number(each[field]), 0);
    const delays = merge(verified.map((each) => each['delays']));
    const seen = merge(verified.map((each) => each['seen']));
    const cpuMs = after.cpuMs - before.cpuMs;
    const frames = STREAMS * (SECONDS * FRAMES_PER_SECOND + 2);
    return [
      {
        name: `${STREAMS} streams x ${FRAMES_PER_SECOND} frames/s x ${SECONDS} s, proxy on one core`,
        value: pinned ? 'pinned' : 'NOT pinned',
      },
      { name: 'ended with a verified FINAL', value: sum('final'), target: String(STREAMS) },
      { name: 'ended with the proxy’s word that it charged', value: sum('settled'), target: String(STREAMS) },
      { name: 'proxy: resident memory at its highest', value: after.peakMb, unit: 'MB', target: '<= 512' },
      { name: 'proxy: use of its core', value: (100 * cpuMs) / ms, unit: '%', target: '<= 100' },
      { name: 'proxy: processor time per frame', value: (1_000 * cpuMs) / frames, unit: 'us' },
      { name: 'frame delay: median', value: quantile(delays, 0.5), unit: 'ms' },
      { name: 'frame delay: p99', value: quantile(delays, 0.99), unit: 'ms', target: '<= 50' },
      {
        name: 'frame delay: worst',
        value: Math.max(...verified.map((each) => Number(each['worst']))),
        unit: 'ms',
      },
      { name: 'frame delay with the generators’ own: p99', value: quantile(seen, 0.99), unit: 'ms' },
      { name: 'length of the run', value: ms / 1_000, unit: 's', target: `about ${SECONDS}` },
      // What else ran here shows in these two: ready to run, but not running.
      {
        name: 'noise: the proxy waited for its core',
        value: share(after.waitedMs - before.waitedMs, ms),
        unit: '%',
      },
      {
        name: 'noise: the generators waited for theirs (they share it)',
        value: share(load.reduce((total, { waitedMs }) => total + waitedMs, 0) / GENERATORS, ms),
        unit: '%',
      },
      {
        name: 'generators: use of their core',
        value: share(
          load.reduce((total, { cpuMs: each }) => total + each, 0),
          ms,
        ),
        unit: '%',
      },
    ];
  } finally {
    for (const generator of generators) generator.stop();
    await proxy.stop();
  }
}

function used(before: Figures | undefined, after: Figures): Figures {
  return {
    ...after,
    cpuMs: after.cpuMs - (before?.cpuMs ?? 0),
    waitedMs: after.waitedMs - (before?.waitedMs ?? 0),
  };
}

function share(part: number, whole: number): number {
  return (100 * part) / whole;
}

function merge(histograms: readonly unknown[]): number[] {
  const all: number[] = [];
  for (const histogram of histograms) {
    if (!(histogram instanceof Uint32Array)) throw new TypeError('no histogram');
    for (const [bucket, count] of histogram.entries()) all[bucket] = (all[bucket] ?? 0) + count;
  }
  return all;
}

function quantile(buckets: readonly number[], part: number): number {
  const wanted = part * buckets.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  const index = buckets.findIndex((count) => {
    seen += count;
    return seen >= wanted;
  });
  return (index + 1) * BUCKET_MS;
}

if (isGenerator()) serveTasks(streamLoad());
