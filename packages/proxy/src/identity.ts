// Who is this replica? Keys made in memory for one epoch, named by a manifest that a fresh quote binds (PROTOCOL.md §5).
import { CocoonError } from '@cocoonkit/sdk/errors';
import {
  type Evidence,
  encodeEvidenceBundle,
  encodeManifest,
  LIMITS,
  PROTOCOL_VERSION,
  type SuiteId,
} from '@cocoonkit/sdk/protocol';
import type { BeaconSource } from '@cocoonkit/sdk/registry';
import {
  generateMachineKeys,
  type MachineKeys,
  manifestDigest,
  reportData,
} from '@cocoonkit/sdk/seal/envelope';
import { sha256 } from './equal-secret.js';
import { toHex } from './hex.js';
import type { Log } from './log.js';
import type { QuoteSource } from './quote/quote-source.js';

const RETRY_MS = 15_000;
const SOFTWARE = 'cocoonkit-proxy/0.1.0';

export interface Epoch {
  readonly keys: MachineKeys;
  readonly digest: Uint8Array;
  /** First 16 hex digits of the digest: the name in request paths. */
  readonly replica: string;
  readonly evidence: Evidence;
  readonly collateral: Uint8Array;
  /** Encoded EvidenceBundle of this machine alone. */
  readonly bundle: Uint8Array;
  /** Unix seconds. */
  readonly notAfter: number;
}

export interface Identity {
  /** The newest epoch: for evidence and new channels. */
  current(): Epoch;
  /** An epoch whose keys are still valid. */
  find(replica: string): Epoch | undefined;
  /** Makes a new epoch now, for example because collateral was renewed. Does not reject: a failure is logged and tried again. */
  renew(): Promise<void>;
  stop(): void;
}

export interface IdentityOptions {
  network: string;
  audience: string;
  url?: string | undefined;
  suites: readonly SuiteId[];
  /** Life of one set of keys, and how long before its end the next one is made. */
  epochSeconds: number;
  overlapSeconds: number;
  beacons: BeaconSource;
  quotes: QuoteSource;
  now: () => Date;
  random: (length: number) => Uint8Array;
  log: Log;
}

/** Makes the first epoch, and a new one before each ends. @throws CocoonError `QUOTE_UNAVAILABLE`, `BEACON_UNAVAILABLE` */
export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { now, log, epochSeconds, overlapSeconds } = options;
  let epochs = [await makeEpoch(options)];
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const valid = (epoch: Epoch): boolean => epoch.notAfter * 1000 > now().getTime();

  const renew = async (): Promise<void> => {
    try {
      epochs = [await makeEpoch(options), ...epochs.filter(valid)];
      log('info', { event: 'epoch', machine: epochs[0]?.replica });
      schedule((epochSeconds - overlapSeconds) * 1000);
    } catch (error) {
      log('error', { event: 'epoch-failed', code: error instanceof CocoonError ? error.code : 'INTERNAL' });
      schedule(RETRY_MS);
    }
  };
  const schedule = (ms: number): void => {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => void renew(), ms);
    timer.unref();
  };
  schedule((epochSeconds - overlapSeconds) * 1000);

  return {
    current() {
      const [newest] = epochs;
      if (newest === undefined) throw new TypeError('an identity has at least one epoch');
      return newest;
    },
    renew,
    find: (replica) => epochs.find((epoch) => epoch.replica === replica && valid(epoch)),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function makeEpoch(options: IdentityOptions): Promise<Epoch> {
  const { network, audience, url, now, random } = options;
  const beacon = await options.beacons.latest();
  const keys = await generateMachineKeys({ random, suites: options.suites });
  const notBefore = Math.floor(now().getTime() / 1000);
  const notAfter = notBefore + options.epochSeconds;
  const manifest = encodeManifest({
    version: PROTOCOL_VERSION,
    role: 'proxy',
    network,
    kemPublicKey: keys.kemPublicKey,
    suites: keys.suites,
    classicalPublicKey: keys.classicalPublicKey,
    signingPublicKey: keys.signer.publicKey,
    notBefore,
    notAfter,
    beacon,
    software: SOFTWARE,
    proxy: { audience, url },
  });
  const digest = manifestDigest(manifest);
  const { quote, collateral, eventLog } = await options.quotes.quote(reportData(digest), now());
  const evidence = fitting({ manifest, quote, collateralHash: sha256(collateral), eventLog }, collateral);
  return {
    keys,
    digest,
    replica: toHex(digest).slice(0, 16),
    evidence,
    collateral,
    bundle: encodeEvidenceBundle({ machines: [evidence], collaterals: [collateral] }),
    notAfter,
  };
}

/** The log stays at home where the bundle would not fit into one message of a worker’s channel. */
function fitting(evidence: Evidence, collateral: Uint8Array): Evidence {
  const { length } = encodeEvidenceBundle({ machines: [evidence], collaterals: [collateral] });
  return length <= LIMITS.linkMessageBytes - 4_096 ? evidence : { ...evidence, eventLog: undefined };
}
