// Which machines does a bundle of evidence prove? Collateral is shared by hash; beacons are asked once per block.
import { platform } from '#platform';
import { createCollateralCache } from '../attestation/collateral-cache.js';
import { verifyMachine } from '../attestation/verify-machine.js';
import type { Config } from '../config.js';
import { CocoonError } from '../errors.js';
import { toHex } from '../internal/bytes.js';
import { keepOnce } from '../internal/keep-once.js';
import { loadPart } from '../internal/load-part.js';
import type { Evidence, EvidenceBundle } from '../protocol/evidence.js';
import type { Role } from '../protocol/manifest.js';
import type { BeaconSource } from '../registry/beacon-source.js';
import type { Registry } from '../registry/registry.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';

/** Collateral documents kept: one per platform generation of the network. */
const MAX_COLLATERALS = 16;
const SKEW_SECONDS = 30;
/** Machines of one network refresh their collateral at different times. */
const COLLATERAL_SPREAD_MS = 7 * 86_400_000;
const TIME_CODES = ['BEACON_IN_FUTURE', 'EVIDENCE_STALE', 'MANIFEST_NOT_YET_VALID', 'MANIFEST_EXPIRED'];

export interface EvidenceVerifier {
  /** Hashes of collateral that need not be sent again. */
  have(): Uint8Array[];
  /** @throws CocoonError of `verifyMachine`, `COLLATERAL_MISSING`, `BEACON_UNAVAILABLE` where policy requires one */
  verify(
    evidence: Evidence,
    bundle: EvidenceBundle,
    role: Role,
    registry: Registry,
  ): Promise<VerifiedMachine>;
}

export function createEvidenceVerifier(config: Config): EvidenceVerifier {
  const collaterals = new Map<string, { hash: Uint8Array; document: Uint8Array }>();
  const cache = createCollateralCache({ rollbackToleranceMs: COLLATERAL_SPREAD_MS });
  let beacons: BeaconSource | undefined;

  function beaconSource(registry: Registry): BeaconSource | undefined {
    const from = config.network.beacons ?? registry.beaconUrl;
    if (from !== undefined) beacons ??= beaconsOf(from, config.fetch);
    return beacons;
  }

  function findCollateral(hash: Uint8Array, bundle: EvidenceBundle): Uint8Array {
    const name = toHex(hash);
    const document =
      collaterals.get(name)?.document ??
      bundle.collaterals.find((candidate) => toHex(platform.sha256(candidate)) === name);
    if (document === undefined) throw collateralMissing();
    return document;
  }

  // Only what verified is kept, so that a proxy cannot fill the memory with junk.
  function keep(hash: Uint8Array, document: Uint8Array): void {
    const name = toHex(hash);
    collaterals.delete(name);
    collaterals.set(name, { hash, document });
    const oldest = collaterals.keys().next().value;
    if (collaterals.size > MAX_COLLATERALS && oldest !== undefined) collaterals.delete(oldest);
  }

  async function verifyWith(
    source: BeaconSource | undefined,
    evidence: Evidence,
    collateral: Uint8Array,
    role: Role,
    registry: Registry,
  ): Promise<VerifiedMachine> {
    const { anchor, quote, now, gpu } = config;
    const { manifest, quote: quoteBytes, eventLog, gpuEvidence } = evidence;
    return verifyMachine(
      { manifest, quote: quoteBytes, collateral, eventLog, gpuEvidence },
      { role, registry, now: now(), policy: quote[role], anchor, cache, beacons: source, gpu },
    );
  }

  async function reportSkew(source: BeaconSource | undefined, error: unknown): Promise<void> {
    if (source === undefined || !(error instanceof CocoonError) || !TIME_CODES.includes(error.code)) return;
    const latest = await source.latest().catch(() => undefined);
    if (latest === undefined) return;
    const seconds = Math.round(config.now().getTime() / 1000 - latest.utime);
    if (Math.abs(seconds) > SKEW_SECONDS) config.emit({ type: 'clock-skew', seconds });
  }

  return {
    have: () => [...collaterals.values()].map(({ hash }) => hash),
    async verify(evidence, bundle, role, registry) {
      const source = beaconSource(registry);
      if (source === undefined && config.requireBeacon) throw beaconRequired();
      const collateral = findCollateral(evidence.collateralHash, bundle);
      let machine: VerifiedMachine;
      try {
        machine = await verifyWith(source, evidence, collateral, role, registry);
      } catch (error) {
        const silent = error instanceof CocoonError && error.code === 'BEACON_UNAVAILABLE';
        if (!silent || config.requireBeacon) {
          await reportSkew(source, error);
          throw error;
        }
        // The report then says that nobody confirmed the block.
        config.emit({ type: 'warning', code: 'BEACON_UNAVAILABLE' });
        machine = await verifyWith(undefined, evidence, collateral, role, registry);
      }
      keep(evidence.collateralHash, collateral);
      return machine;
    },
  };
}

function beaconsOf(from: BeaconSource | string, fetch: typeof globalThis.fetch): BeaconSource {
  const source = keepOnce(async () => {
    const { openBeacons } = await loadPart(() => import('./cached-beacons.js'));
    return openBeacons(from, fetch);
  });
  return {
    kind: typeof from === 'string' ? 'local' : from.kind,
    latest: async () => (await source()).latest(),
    has: async (beacon) => (await source()).has(beacon),
  };
}

function beaconRequired(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'BEACON_REQUIRED',
    message: 'The policy requires a beacon source, and the network has none.',
    remedy: 'Pass network: { registry, beacons }, or use the balanced policy.',
  });
}

function collateralMissing(): CocoonError {
  return new CocoonError({
    kind: 'attestation',
    code: 'COLLATERAL_MISSING',
    message: 'The evidence came without the collateral it names.',
    remedy: 'Nothing was sent. Use another proxy.',
  });
}
