// Does a request take longer when ten thousand workers are connected? The same questions with ten, with all, and with ten again.
import { isGenerator, serveTasks, startGenerator } from './support/generator.js';
import { manyWorkersLoad } from './support/many-workers-load.js';
import { figuresOf } from './support/process-figures.js';
import { startBenchProxy } from './support/start-proxy.js';

interface Row {
  name: string;
  value: number | string;
  unit?: string;
  target?: string;
}

const FEW = 10;
const WANTED = Number(process.env['BENCH_WORKERS'] ?? 10_000);
/** Each costs the proxy some milliseconds of key exchange. On a busy machine fewer are opened in this time, and the rows say how many. */
const OPEN_MS = 1_000 * Number(process.env['BENCH_OPEN_SECONDS'] ?? 40);
/** Code that is not compiled yet would make the first round look slow and the later ones fast. */
const WARM_UP = 300;
const ROUNDS = 200;
const QUESTION_ROUNDS = 9;
const IDLE_MS = 2_000;

/** Median and ninth decile in ms, processor time per request in ms, and the share of a core used without any request. */
interface Measured {
  readonly median: number;
  readonly p90: number;
  readonly cpuMs: number;
  readonly idle: number;
}

export async function run(): Promise<Row[]> {
  const proxy = await startBenchProxy([
    ...['addressRate=1000000', 'addressBurst=1000000', 'accountRunning=1000'],
    `workers=${WANTED + 1}`,
  ]);
  const generator = startGenerator();
  const measure = async (rounds: number): Promise<Measured> => {
    // Pings and lists cost time whether anybody asks or not; a request is not to blame for them.
    const idle = await idleShare(proxy.pid);
    const before = figuresOf(proxy.pid).cpuMs;
    const startedAt = performance.now();
    const { times } = await generator.ask('measure', { rounds });
    const ms = performance.now() - startedAt;
    const sorted = (Array.isArray(times) ? times.map(Number) : []).sort((a, b) => a - b);
    return {
      median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
      p90: sorted[Math.floor(sorted.length * 0.9)] ?? Number.NaN,
      cpuMs: (figuresOf(proxy.pid).cpuMs - before - idle * ms) / rounds,
      idle,
    };
  };
  try {
    await generator.ask('join', proxy.joining);
    await generator.ask('open', { count: FEW, withinMs: OPEN_MS });
    await measure(WARM_UP);
    const few = await measure(ROUNDS);
    const memoryBefore = figuresOf(proxy.pid).residentMb;
    const cpuBefore = figuresOf(proxy.pid).cpuMs;
    const startedAt = performance.now();
    const reached = Number((await generator.ask('open', { count: WANTED, withinMs: OPEN_MS }))['open']);
    const openedIn = performance.now() - startedAt;
    const handshakeMs = (figuresOf(proxy.pid).cpuMs - cpuBefore) / (reached - FEW);
    const many = await measure(ROUNDS);
    const memory = figuresOf(proxy.pid);
    const questions = await generator.ask('questions', { rounds: QUESTION_ROUNDS });
    await generator.ask('close', { count: FEW });
    const again = await measure(ROUNDS);
    const least = Math.min(few.median, again.median);
    const leastCpu = Math.min(few.cpuMs, again.cpuMs);
    return [
      { name: `workers wanted: ${WANTED}; attested channels opened from one process`, value: reached },
      { name: `opening them`, value: openedIn / 1_000, unit: 's' },
      { name: 'proxy: processor time per attested channel', value: handshakeMs, unit: 'ms' },
      { name: `time in the proxy, median: ${FEW} workers`, value: few.median, unit: 'ms' },
      { name: `time in the proxy, median: ${reached} workers`, value: many.median, unit: 'ms' },
      { name: `time in the proxy, median: ${FEW} workers again`, value: again.median, unit: 'ms' },
      {
        name: `${reached} workers against ${FEW}, the quicker of both times`,
        value: many.median / least,
        target: '<= 1.5',
      },
      {
        name: `the same in processor time: ${many.cpuMs.toFixed(2)} ms against ${leastCpu.toFixed(2)} ms`,
        value: many.cpuMs / leastCpu,
        target: '<= 1.5',
      },
      {
        name: `proxy: use of a core with ${reached} workers and no request`,
        value: 100 * many.idle,
        unit: '%',
      },
      { name: `time in the proxy, p90: ${FEW} workers`, value: Math.min(few.p90, again.p90), unit: 'ms' },
      { name: `time in the proxy, p90: ${reached} workers`, value: many.p90, unit: 'ms' },
      {
        name: 'proxy: memory per connected worker',
        value: ((memory.residentMb - memoryBefore) * 1024) / (reached - FEW),
        unit: 'kB',
      },
      { name: `proxy: resident memory with ${reached} workers`, value: memory.residentMb, unit: 'MB' },
      ...Object.entries(questions).map(([question, figures]) => {
        const { ms, bytes } = Object(figures);
        return { name: `${question}: ${bytes} bytes, median`, value: Number(ms), unit: 'ms' };
      }),
    ];
  } finally {
    generator.stop();
    await proxy.stop();
  }
}

async function idleShare(pid: number): Promise<number> {
  const before = figuresOf(pid).cpuMs;
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  return (figuresOf(pid).cpuMs - before) / IDLE_MS;
}

if (isGenerator()) serveTasks(manyWorkersLoad());
