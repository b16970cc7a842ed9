// How can an application be tested without servers? A whole network behind one `fetch` function, with faults on demand.
import { platform } from '#platform';
import type { SimulatedAnchor } from '../attestation/anchor.js';
import { equalBytes, toHex, utf8 } from '../internal/bytes.js';
import { labelledHash } from '../internal/labelled-hash.js';
import { LABELS } from '../protocol/labels.js';
import type { Beacon, WorkerClaims } from '../protocol/manifest.js';
import { DEFAULT_PRICES } from '../protocol/price.js';
import type { SuiteId } from '../protocol/suites.js';
import type { BeaconSource } from '../registry/beacon-source.js';
import type { Registry } from '../registry/registry.js';
import type { Random } from '../seal/random.js';
import { simulatedAnchor } from '../unsafe.js';
import { simulatedGpuTrust } from './gpu/index.js';
import type { MemoryFaults } from './memory-faults.js';
import {
  answerControl,
  answerInfer,
  type MemoryWorker,
  type ProxyParts,
  proxyEvidence,
} from './memory-proxy.js';
import type { ScriptedModel } from './memory-worker.js';
import {
  type SimulatedMachine,
  type SimulatedMachineOptions,
  simulatedMachine,
} from './simulated-machine.js';
import { simulatedMeasurementRule, simulatedRootDer } from './tdx/index.js';

export interface MemoryWorkerOptions {
  readonly claims?: Partial<WorkerClaims> | undefined;
  readonly model?: ScriptedModel | undefined;
  readonly suites?: readonly SuiteId[] | undefined;
  readonly load?: number | undefined;
  readonly success?: number | undefined;
  readonly connected?: boolean | undefined;
  /** Anything else about the machine, faults of its evidence included. */
  readonly machine?: Partial<SimulatedMachineOptions> | undefined;
}

export interface MemoryNetworkOptions {
  /** The network's time at first; `advance` moves it. */
  readonly now?: Date | undefined;
  /** Default: three workers of `simulated-model` that say hello. */
  readonly workers?: readonly MemoryWorkerOptions[] | undefined;
  readonly proxy?: Partial<SimulatedMachineOptions> | undefined;
  readonly random?: Random | undefined;
}

export interface MemoryNetwork {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly registry: Registry;
  readonly anchor: SimulatedAnchor;
  readonly beacons: BeaconSource;
  readonly now: () => Date;
  readonly faults: MemoryFaults;
  readonly workers: MemoryWorker[];
  readonly proxy: SimulatedMachine;
  readonly charges: ProxyParts['charges'];
  /** Every request that came in: what somebody on the path would see. */
  readonly requests: { path: string; bytes: number; received: number; headers: Record<string, string> }[];
  /** Adjusted tokens; `account` is 64 hex digits. */
  credit(account: string, tokens: bigint): void;
  advance(milliseconds: number): void;
  addWorker(options?: MemoryWorkerOptions): Promise<MemoryWorker>;
  /** New keys for the proxy, as after a restart. */
  restartProxy(options?: Partial<SimulatedMachineOptions>): Promise<void>;
}

const DEFAULT_NOW = new Date('2026-03-01T12:00:00Z');
const NETWORK = `local:${'5a'.repeat(16)}`;

export async function createMemoryNetwork(options: MemoryNetworkOptions = {}): Promise<MemoryNetwork> {
  const random = options.random ?? platform.randomBytes;
  let time = (options.now ?? DEFAULT_NOW).getTime();
  const now = () => new Date(time);
  const registry: Registry = {
    network: NETWORK,
    source: 'local',
    prices: DEFAULT_PRICES,
    measurements: {
      worker: [simulatedMeasurementRule('worker')],
      proxy: [simulatedMeasurementRule('proxy')],
    },
    issuedAt: Math.floor(time / 1000) - 3600,
  };
  const blocks: Beacon[] = [];
  const tick = (): Beacon => {
    const utime = Math.floor(time / 1000);
    const rootHash = labelledHash(
      LABELS.beacon,
      blocks.at(-1)?.rootHash ?? new Uint8Array(32),
      utf8(String(utime)),
    );
    const block: Beacon = {
      kind: 'local',
      chain: NETWORK,
      seqno: BigInt(blocks.length + 1),
      rootHash,
      utime,
    };
    blocks.push(block);
    return block;
  };
  const beacons: BeaconSource = {
    kind: 'local',
    latest: async () => tick(),
    has: async (beacon) =>
      blocks.some(
        (block) =>
          block.seqno === beacon.seqno &&
          block.utime === beacon.utime &&
          equalBytes(block.rootHash, beacon.rootHash),
      ),
  };
  const machine = (more: Partial<SimulatedMachineOptions> & Pick<SimulatedMachineOptions, 'role'>) =>
    simulatedMachine({ registry, now: now(), beacon: tick(), random, ...more });

  const parts: ProxyParts = {
    proxy: await machine({ ...options.proxy, role: 'proxy' }),
    registry,
    beacon: tick(),
    now,
    random,
    workers: [],
    faults: {},
    balances: new Map(),
    charges: [],
  };
  const addWorker = async (worker: MemoryWorkerOptions = {}): Promise<MemoryWorker> => {
    const made = await machine({
      ...worker.machine,
      role: 'worker',
      worker: worker.claims,
      suites: worker.suites,
    });
    const { model = helloModel, load = 0, success = 255, connected = true } = worker;
    const added = { machine: made, model, load, success, connected, served: 0 };
    parts.workers.push(added);
    return added;
  };
  for (const worker of options.workers ?? [{}, {}, {}]) await addWorker(worker);

  const requests: MemoryNetwork['requests'] = [];
  return {
    url: 'http://memory.invalid',
    fetch: memoryFetch(parts, requests),
    registry,
    anchor: simulatedAnchor(simulatedRootDer(), simulatedGpuTrust()),
    beacons,
    now,
    faults: parts.faults,
    workers: parts.workers,
    get proxy() {
      return parts.proxy;
    },
    charges: parts.charges,
    requests,
    credit: (account, tokens) => {
      parts.balances.set(account, (parts.balances.get(account) ?? 0n) + tokens);
    },
    advance: (milliseconds) => {
      time += milliseconds;
    },
    addWorker,
    async restartProxy(more = {}) {
      parts.proxy = await machine({ ...options.proxy, ...more, role: 'proxy' });
    },
  };
}

/** Says hello in two chunks. */
export const helloModel: ScriptedModel = () => ({ chunks: textChunks(['Hello', ' there']) });

/** Chunks of one choice: a role, the texts, a finish. */
export function textChunks(texts: readonly string[], finish = 'stop'): unknown[] {
  const base = {
    id: 'chatcmpl-memory',
    object: 'chat.completion.chunk',
    created: 1_772_366_400,
    model: 'simulated-model',
  };
  return [
    ...texts.map((content, index) => {
      const delta = index === 0 ? { role: 'assistant', content } : { content };
      return { ...base, choices: [{ index: 0, delta, finish_reason: null }] };
    }),
    { ...base, choices: [{ index: 0, delta: {}, finish_reason: finish }] },
  ];
}

function memoryFetch(parts: ProxyParts, requests: MemoryNetwork['requests']): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const path = new URL(request.url).pathname;
    const body = new Uint8Array(await request.arrayBuffer());
    const seen = { path, bytes: body.length, received: 0, headers: Object.fromEntries(request.headers) };
    requests.push(seen);
    const { faults, proxy } = parts;
    if (request.signal.aborted) throw request.signal.reason;
    if (path === '/v1/evidence') {
      if (faults.evidenceStatus !== undefined) return statusPage(faults.evidenceStatus);
      return whole(proxyEvidence(parts), seen);
    }
    const replica = toHex(proxy.digest.subarray(0, 8));
    if (path.startsWith('/v1/ctl/')) {
      if (faults.controlStatus !== undefined) return statusPage(faults.controlStatus);
      if (path !== `/v1/ctl/${replica}`) return statusPage(421);
      return streamed(answerControl(body, parts), {}, init?.signal ?? undefined, seen);
    }
    if (faults.inferStatus !== undefined) return statusPage(faults.inferStatus);
    if (path !== `/v1/infer/${replica}`) return statusPage(421);
    if ((faults.wrongReplica ?? 0) > 0) {
      faults.wrongReplica = (faults.wrongReplica ?? 0) - 1;
      return statusPage(421);
    }
    return streamed(answerInfer(body, parts), faults, init?.signal ?? undefined, seen);
  };
}

function statusPage(status: number): Response {
  return new Response('<h1>text of somebody on the path</h1>', { status });
}

function whole(bytes: Uint8Array, seen: { received: number }): Response {
  seen.received += bytes.length;
  return new Response(bytes.slice());
}

/** One record per pull, so that a slow reader slows the worker. */
function streamed(
  records: AsyncGenerator<Uint8Array>,
  faults: MemoryFaults,
  signal: AbortSignal | undefined,
  seen: { received: number },
): Response {
  const changed = faults.records === undefined ? records : change(records, faults.records);
  let sent = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        signal?.addEventListener('abort', () => controller.error(signal.reason), { once: true });
      },
      async pull(controller) {
        if (faults.breakAfterRecords !== undefined && sent >= faults.breakAfterRecords) {
          controller.error(new TypeError('connection reset'));
          return;
        }
        const { done, value } = await changed.next();
        if (signal?.aborted === true) return;
        if (done === true) return controller.close();
        sent++;
        seen.received += value.length;
        controller.enqueue(value);
      },
      async cancel() {
        await changed.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(stream);
}

async function* change(
  records: AsyncGenerator<Uint8Array>,
  edit: (records: Uint8Array[]) => Uint8Array[],
): AsyncGenerator<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const record of records) all.push(record);
  yield* edit(all);
}
