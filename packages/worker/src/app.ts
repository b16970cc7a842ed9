// How does a worker start, stay up and stop? Everything it needs from outside is an argument.
import type { WorkerClaims } from '@cocoonkit/sdk/protocol';
import { type BeaconSource, httpBeaconSource, type Registry } from '@cocoonkit/sdk/registry';
import { priceDigest, type Random } from '@cocoonkit/sdk/seal';
import { createAnswerStore } from './answer-store.js';
import type { Channel } from './channel.js';
import { createClock } from './clock.js';
import type { WorkerConfig } from './config.js';
import { type CreateEngineDeps, createEngine, type RunningEngine } from './create-engine.js';
import { createQuotes, type Kernel, type QuoteSource } from './create-quotes.js';
import { createGpuProvider } from './gpu-provider.js';
import { createIdentity, type Identity } from './identity.js';
import { keepConnected } from './keep-connected.js';
import { loadRegistry } from './load-registry.js';
import { requestReference, type WorkerLog } from './log.js';
import { type Epoch, makeEpoch } from './make-epoch.js';
import { createOutbox } from './outbox.js';
import { openOutboxFile } from './outbox-file.js';
import type { MemoryView } from './private-model/memory-view.js';
import { type AwaitingModel, openPrivateModel } from './private-model/open-private-model.js';
import { repeat } from './repeat.js';
import { reportCollateral } from './report-collateral.js';
import { createRunningRequests } from './running-requests.js';
import { type Schedule, schedule } from './schedule.js';
import { createSlots } from './slots.js';
import { stopWorker } from './stop-worker.js';
import { createTally } from './tally.js';
import { DEFAULT_TIMING, type Timing } from './timing.js';
import { verifyProxy } from './verify-proxy.js';
import { codeOf, workerError } from './worker-error.js';
import type { WorkerParts } from './worker-parts.js';

const SOFTWARE = 'cocoonkit-worker/0.1.0';

export interface WorkerDeps {
  log: WorkerLog;
  random: Random;
  /** Milliseconds that never jump. */
  monotonicMs: () => number;
  /** The host's clock; believed on local networks only, until the first block. */
  hostTime: () => Date;
  /** 0 <= x < 1, for spreading load; need not be unpredictable. */
  jitter: () => number;
  fetch: typeof globalThis.fetch;
  /** Replaces the engine that the settings name. */
  engine?: RunningEngine | undefined;
  /** Replaces the quotes that the settings name. */
  quotes?: QuoteSource | undefined;
  /** Replaces this machine's kernel, with `--quote configfs`. */
  kernel?: Kernel | undefined;
  /** Replaces the registry's beacon address. */
  beacons?: BeaconSource | undefined;
  timing?: Partial<Timing> | undefined;
  /** Replaces the waits for the end of keys, own and the proxy's. */
  schedule?: Schedule | undefined;
  /** Called when the worker begins to wait for the key of a sealed model. */
  onAwaitingModel?: ((awaiting: AwaitingModel) => void) | undefined;
  /** Replaces what this machine says of its memory, with a sealed model. */
  memory?: MemoryView | undefined;
  /** Gives up waiting for the key. */
  signal?: AbortSignal | undefined;
}

export interface Worker {
  /** Address of the first proxy whose channel opened. Pending until then. */
  readonly connected: Promise<string>;
  /** Live keys, newest last. */
  readonly epochs: readonly Epoch[];
  readonly simulated: boolean;
  readonly parts: WorkerParts;
  rotate(): Promise<void>;
  /** Takes nothing new, lets running requests finish for a while, hands over bills, ends. */
  stop(): Promise<void>;
}

/**
 * @throws CocoonError what keeps a worker from starting: `REGISTRY_…`, `BEACON_UNAVAILABLE`, `QUOTE_UNAVAILABLE`, `OUTBOX_UNUSABLE`, … With a
 * sealed model it does not return before the key has come.
 */
export async function startWorker(config: WorkerConfig, deps: WorkerDeps): Promise<Worker> {
  const timing: Timing = { ...DEFAULT_TIMING, ...deps.timing };
  const { log, random, monotonicMs } = deps;
  const readRegistry = (): Promise<Registry> =>
    loadRegistry({ location: config.registry, publicKey: config.registryKey, fetch: deps.fetch });

  let registry = await readRegistry();
  const beacons = deps.beacons ?? beaconSource(registry, deps.fetch);
  const clock = createClock({ monotonicMs, hostTime: isLocal(registry) ? deps.hostTime() : undefined });
  clock.observe(await beacons.latest());
  const seed = config.machine ?? `worker ${Buffer.from(random(8)).toString('hex')}`;
  let renewKeys = (): void => undefined;
  const source =
    deps.quotes ??
    (await createQuotes(config, {
      now: () => clock.now(),
      seed,
      fetch: deps.fetch,
      jitter: deps.jitter,
      kernel: deps.kernel,
      onCollateral: (event) =>
        reportCollateral(event, { log, now: () => clock.now(), renewEvidence: () => renewKeys() }),
    }));
  log.write({ event: 'starting', model: config.model, slots: config.slots, simulated: isSimulated(source) });
  const stopping = new AbortController();
  repeat(
    timing.beaconMs,
    stopping.signal,
    async () => {
      clock.observe(await beacons.latest());
    },
    (error) => log.write({ event: 'beacon-unavailable', code: codeOf(error) }),
  );
  repeat(
    timing.registryMs,
    stopping.signal,
    async () => {
      const before = priceDigest(registry.prices);
      registry = await readRegistry();
      // Old keys go on under the prices they promised; new requests need the new ones.
      if (!Buffer.from(before).equals(priceDigest(registry.prices))) renewKeys();
    },
    (error) => log.write({ event: 'registry-unavailable', code: codeOf(error) }),
  );
  const cut = (): void => {
    stopping.abort();
    source.stop?.();
  };
  const gpuProvider = config.gpuEvidence === undefined ? undefined : createGpuProvider(config.gpuEvidence);
  const makeKeys = (claims: Omit<WorkerClaims, 'priceDigest'>): Promise<Epoch> =>
    makeEpoch({
      quotes: source.quotes,
      registry,
      claims,
      software: SOFTWARE,
      suites: config.classical ? [1, 2, 3] : [1, 2],
      lifeSeconds: timing.epochSeconds,
      now: clock.now(),
      beacon: clock.newestBeacon(),
      random,
      gpu: gpuProvider,
    });
  const openSealed: CreateEngineDeps['openSealed'] = (sealed) =>
    openPrivateModel(
      { ...config, ...sealed },
      {
        ...deps,
        schedule: deps.schedule ?? schedule,
        clock,
        timing,
        makeEpoch: makeKeys,
        onAwaiting: deps.onAwaitingModel,
      },
    );
  const running =
    deps.engine ??
    (await createEngine(config, { fetch: deps.fetch, openSealed }).catch((error: unknown) => {
      cut();
      throw error;
    }));

  const parts: WorkerParts = {
    engine: running.engine,
    cacheIsSalted: config.cacheSalt,
    clock,
    slots: createSlots(config.slots),
    running: createRunningRequests({
      onDetach: ({ core }) =>
        log.write({ event: 'request-detached', request: requestReference(core.operationId) }),
    }),
    answers: createAnswerStore({ monotonicMs, slots: config.slots }),
    deliveries: createTally(),
    outbox: createOutbox({
      now: () => clock.now(),
      repeatMs: timing.receiptRepeatMs,
      storage: config.outbox === undefined ? undefined : openOutboxFile(config.outbox),
      onDrop: () => log.write({ event: 'receipt-dropped' }),
    }),
    log,
    timing,
    random,
    monotonicMs,
    schedule: deps.schedule ?? schedule,
  };

  const channels = new Set<Channel>();
  const loops = new Set<Promise<void>>();
  let isOpen: (url: string) => void = () => undefined;
  const connected = new Promise<string>((resolve) => {
    isOpen = resolve;
  });

  function connect(epoch: Epoch, ended: AbortSignal): void {
    for (const url of config.proxy) {
      const loop = keepConnected({
        url,
        epoch,
        parts,
        jitter: deps.jitter,
        ended,
        stopping: stopping.signal,
        verify: (bundle) =>
          verifyProxy(bundle, { registry, now: clock.now(), anchor: source.anchor, beacons }),
        onOpen(channel) {
          isOpen(url);
          channels.add(channel);
          channel.closed.addEventListener('abort', () => channels.delete(channel), { once: true });
        },
      }).finally(() => loops.delete(loop));
      loops.add(loop);
    }
  }

  const identity: Identity = await createIdentity({
    clock,
    timing,
    jitter: deps.jitter,
    schedule: parts.schedule,
    log,
    onEpoch: connect,
    make: () => makeKeys(claimsOf(config, running)),
  });

  // Clients refuse a machine whose collateral ends, so new collateral goes out with new keys at once.
  renewKeys = () => {
    identity.rotate().catch((error: unknown) => log.write({ event: 'epoch-failed', code: codeOf(error) }));
  };
  let stopped: Promise<void> | undefined;
  return {
    connected,
    get epochs() {
      return identity.epochs;
    },
    simulated: isSimulated(source),
    parts,
    rotate: () => identity.rotate(),
    stop() {
      stopped ??= stopWorker({
        parts,
        identity,
        channels,
        loops,
        engine: running,
        cut,
      });
      return stopped;
    },
  };
}

function claimsOf(
  config: WorkerConfig,
  { engine: { card }, sealedModel }: RunningEngine,
): Omit<WorkerClaims, 'priceDigest'> {
  return {
    // From what was opened, never from the settings: the quote vouches for it.
    sealedModel,
    owner: config.owner,
    model: config.model,
    modelProof: config.modelProof,
    engine: card.engine,
    tokenizerDigest: card.tokenizerDigest,
    coefficient: config.coefficient,
    maxContext: card.maxContext,
    maxBodyBytes: config.maxBody,
    // Quoted, so that nobody can hide that the model runs outside the attested machine.
    features: [
      ...card.features,
      ...(card.external ? ['external-engine'] : []),
      ...(config.gpuAttested ? ['gpu-attested'] : []),
    ],
  };
}

function beaconSource(registry: Registry, fetch: typeof globalThis.fetch): BeaconSource {
  if (registry.beaconUrl !== undefined) return httpBeaconSource(registry.beaconUrl, fetch);
  throw workerError({
    code: 'BEACON_UNKNOWN_ADDRESS',
    message: 'The registry names no beacon address, so the worker cannot prove that its keys are fresh.',
    remedy: 'Use a registry with a beacon address.',
  });
}

function isLocal(registry: Registry): boolean {
  return registry.source === 'local';
}

function isSimulated(source: QuoteSource): boolean {
  return source.quotes.name === 'simulated';
}
