// A whole worker against a test network: real sockets, real keys, quick timers.
import { startWorker, type Worker, type WorkerDeps } from '../../src/app.js';
import { parseConfig, type WorkerSettings } from '../../src/config.js';
import type { Engine } from '../../src/engines/engine.js';
import type { LogRecord } from '../../src/log.js';
import type { Timing } from '../../src/timing.js';
import { type LocalNetwork, random } from './local-network.js';

export interface TestWorker extends Worker {
  records: LogRecord[];
}

export async function startTestWorker(options: {
  network: LocalNetwork;
  proxies: readonly string[];
  engine?: Engine;
  settings?: Partial<WorkerSettings>;
  timing?: Partial<Timing>;
  deps?: Partial<WorkerDeps>;
}): Promise<TestWorker> {
  const records: LogRecord[] = [];
  const { engine } = options;
  const config = parseConfig({
    proxy: options.proxies.join(','),
    registry: options.network.registryUrl,
    registryKey: options.network.registryKey,
    quote: 'simulated',
    engine: 'extractive',
    model: engine?.card.model ?? 'cocoonkit/extractive',
    ...options.settings,
  });
  const worker = await startWorker(config, {
    log: { write: (record) => records.push(record) },
    random,
    monotonicMs: () => performance.now(),
    hostTime: () => new Date(),
    jitter: () => 0.5,
    fetch: globalThis.fetch,
    timing: { backoffFirstMs: 20, backoffMostMs: 100, statusMs: 5, drainMs: 150, ...options.timing },
    ...(engine === undefined ? {} : { engine: { engine, close: async () => undefined } }),
    ...options.deps,
  });
  return Object.assign(worker, { records });
}
