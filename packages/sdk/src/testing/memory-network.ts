// How can an application be tested without servers? A whole network behind one `fetch` function, with faults on demand.
import { platform } from '#platform';
import type { SimulatedAnchor } from '../attestation/anchor.js';
import { equalBytes, utf8 } from '../internal/bytes.js';
import { labelledHash } from '../internal/labelled-hash.js';
import { LABELS } from '../protocol/labels.js';
import type { Beacon, WorkerClaims } from '../protocol/manifest.js';
import { DEFAULT_PRICES } from '../protocol/price.js';
import type { SuiteId } from '../protocol/suites.js';
import type { BeaconSource } from '../registry/beacon-source.js';
import type { Registry } from '../registry/registry.js';
import type { Random } from '../seal/random.js';
import { simulatedAnchor } from '../unsafe.js';
import { type FaultName, findFault, mergeMachines } from './faults/index.js';
import { simulatedGpuTrust } from './gpu/index.js';
import type { MemoryFaults } from './memory-faults.js';
import { memoryFetch, type SeenRequest } from './memory-path.js';
import type { MemoryWorker, ProxyParts } from './memory-proxy.js';
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
  /** Attacks by name: see `FAULTS`. Of two that use the same means the later one counts. */
  readonly faults?: readonly FaultName[] | undefined;
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
  readonly requests: SeenRequest[];
  /** Answers whose connection is still open. */
  readonly running: number;
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
  const attacks = (options.faults ?? []).map(findFault);
  const machine = (more: Partial<SimulatedMachineOptions> & Pick<SimulatedMachineOptions, 'role'>) =>
    simulatedMachine({ registry, now: now(), beacon: tick(), random, ...more });

  const parts: ProxyParts = {
    proxy: await machine({ ...options.proxy, ...mergeMachines(attacks, 'proxy'), role: 'proxy' }),
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
    const attack = mergeMachines(attacks, 'worker');
    const made = await machine({
      ...worker.machine,
      ...attack,
      role: 'worker',
      worker: { ...worker.claims, ...attack.worker },
      suites: worker.suites,
    });
    const { model = helloModel, load = 0, success = 255, connected = true } = worker;
    const added = { machine: made, model, load, success, connected, served: 0 };
    parts.workers.push(added);
    return added;
  };
  for (const worker of options.workers ?? [{}, {}, {}]) await addWorker(worker);

  const requests: SeenRequest[] = [];
  const path = { requests, running: 0 };
  const network: MemoryNetwork = {
    url: 'http://memory.invalid',
    fetch: memoryFetch(parts, path),
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
    get running() {
      return path.running;
    },
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
  for (const attack of attacks) attack.turnOn?.(network);
  return network;
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
