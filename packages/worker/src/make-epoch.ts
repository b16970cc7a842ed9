// Which keys does the worker have for the next hour, and what proves them? (PROTOCOL.md §5.1, §5.2)
import { createHash } from 'node:crypto';
import {
  type Beacon,
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
  type MachineKeys,
  manifestDigest,
  priceDigest,
  type Random,
  reportData,
} from '@cocoonkit/sdk/seal';
import type { QuoteProvider } from './quote/quote-provider.js';
import { createReplayCache, type ReplayCache } from './replay-cache.js';

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
}

/** @throws CocoonError `QUOTE_UNAVAILABLE` */
export async function makeEpoch(options: EpochOptions): Promise<Epoch> {
  const { registry, random, beacon } = options;
  const keys = await generateMachineKeys({ random, suites: options.suites });
  const claims: WorkerClaims = { ...options.claims, priceDigest: priceDigest(registry.prices) };
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
  const { quote, collateral } = await options.quotes.quote(reportData(digest));
  const collateralHash = new Uint8Array(createHash('sha256').update(collateral).digest());
  let sequence = 0n;
  return {
    keys,
    manifest,
    claims,
    digest,
    evidence: encodeEvidenceBundle({
      machines: [{ manifest: encoded, quote, collateralHash }],
      collaterals: [collateral],
    }),
    prices: registry.prices,
    replay: createReplayCache(),
    nextSequence: () => ++sequence,
  };
}
