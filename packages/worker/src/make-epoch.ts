// Which keys does the worker have for the next hour, and what proves them? (PROTOCOL.md §5.1, §5.2)
import {
  type Beacon,
  type Evidence,
  encodeEvidenceBundle,
  encodeManifest,
  LIMITS,
  type Manifest,
  PROTOCOL_VERSION,
  type PriceTable,
  type SuiteId,
  type WorkerClaims,
} from '@cocoonkit/sdk/protocol';
import type { Registry } from '@cocoonkit/sdk/registry';
import {
  generateMachineKeys,
  gpuNonce,
  type MachineKeys,
  manifestDigest,
  priceDigest,
  type Random,
  reportData,
} from '@cocoonkit/sdk/seal';
import type { GpuProvider } from './gpu-provider.js';
import type { QuoteProvider } from './quote/quote-provider.js';
import { createReplayCache, type ReplayCache } from './replay-cache.js';
import { sha256 } from './sha256.js';

/** One set of keys with its manifest and quote. Nothing of it is ever written to disk. */
export interface Epoch {
  readonly keys: MachineKeys;
  readonly manifest: Manifest;
  readonly claims: WorkerClaims;
  readonly digest: Uint8Array;
  /** Encoded bundle of this one machine. */
  readonly evidence: Uint8Array;
  readonly prices: PriceTable;
  readonly replay: ReplayCache;
  /** Numbers the receipts signed with these keys, from 1. */
  nextSequence(): bigint;
}

export interface EpochOptions {
  quotes: QuoteProvider;
  registry: Registry;
  /** Everything a worker promises except what the registry says. */
  claims: Omit<WorkerClaims, 'priceDigest'>;
  suites?: readonly SuiteId[] | undefined;
  software?: string | undefined;
  lifeSeconds: number;
  now: Date;
  beacon: Beacon;
  random: Random;
  /** Asked anew for each set of keys. */
  gpu?: GpuProvider | undefined;
}

/** @throws CocoonError `QUOTE_UNAVAILABLE`, `GPU_EVIDENCE_UNAVAILABLE` */
export async function makeEpoch(options: EpochOptions): Promise<Epoch> {
  const { registry, random, beacon } = options;
  const keys = await generateMachineKeys({ random, suites: options.suites });
  const nonce = gpuNonce({ ...keys, signingPublicKey: keys.signer.publicKey, beacon });
  const gpuEvidence = await options.gpu?.(nonce);
  const claims: WorkerClaims = {
    ...options.claims,
    priceDigest: priceDigest(registry.prices),
    gpuEvidenceHash: gpuEvidence && sha256(gpuEvidence),
  };
  const notBefore = Math.floor(options.now.getTime() / 1000);
  const manifest: Manifest = {
    version: PROTOCOL_VERSION,
    role: 'worker',
    network: registry.network,
    kemPublicKey: keys.kemPublicKey,
    suites: keys.suites,
    classicalPublicKey: keys.classicalPublicKey,
    signingPublicKey: keys.signer.publicKey,
    notBefore,
    notAfter: notBefore + Math.min(options.lifeSeconds, LIMITS.manifestLifeSeconds),
    beacon,
    software: options.software,
    worker: claims,
  };
  const encoded = encodeManifest(manifest);
  const digest = manifestDigest(encoded);
  const { quote, collateral, eventLog } = await options.quotes.quote(reportData(digest));
  const collateralHash = sha256(collateral);
  let sequence = 0n;
  return {
    keys,
    manifest,
    claims,
    digest,
    evidence: encodeOwn({ manifest: encoded, quote, collateralHash, eventLog, gpuEvidence }, collateral),
    prices: registry.prices,
    replay: createReplayCache(),
    nextSequence: () => ++sequence,
  };
}

/** The log stays at home where the bundle would not fit into one message of the channel. */
function encodeOwn(machine: Evidence, collateral: Uint8Array): Uint8Array {
  const encode = (evidence: Evidence): Uint8Array =>
    encodeEvidenceBundle({ machines: [evidence], collaterals: [collateral] });
  const whole = encode(machine);
  return whole.length <= LIMITS.linkMessageBytes - 4_096
    ? whole
    : encode({ ...machine, eventLog: undefined });
}
