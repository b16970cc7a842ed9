// Is the machine at the other end of a channel a worker of this network? PROTOCOL.md §5.3, plus the network's prices.
import { type CollateralCache, verifyMachine } from '@cocoonkit/sdk/attestation';
import type { EvidenceBundle } from '@cocoonkit/sdk/protocol';
import type { BeaconSource, Registry } from '@cocoonkit/sdk/registry';
import { priceDigest, type VerifiedMachine } from '@cocoonkit/sdk/seal/envelope';
import type { SimulatedAnchor } from '@cocoonkit/sdk/unsafe';
import { equalSecret, sha256 } from '../equal-secret.js';
import { toHex } from '../hex.js';
import { refusal } from '../refusal.js';
import type { SharedBytes } from './shared-bytes.js';

/** @throws CocoonError what `verifyMachine` throws, `MALFORMED` without its collateral, `PRICE_MISMATCH`. */
export async function verifyWorker(
  bundle: EvidenceBundle,
  options: {
    registry: Registry;
    beacons?: BeaconSource | undefined;
    anchor?: SimulatedAnchor | undefined;
    cache?: CollateralCache | undefined;
    /** Collateral that many workers have in common is kept once. */
    shared?: SharedBytes | undefined;
    now: Date;
  },
): Promise<VerifiedMachine> {
  const { registry, beacons, anchor, cache, shared, now } = options;
  const [machine] = bundle.machines;
  const own = bundle.collaterals.find(
    (document) => machine !== undefined && equalSecret(sha256(document), machine.collateralHash),
  );
  if (machine === undefined || own === undefined)
    throw refusal('MALFORMED', 'The evidence lacks its machine or its collateral.');
  const collateral = shared?.share(toHex(machine.collateralHash), own) ?? own;
  const { manifest, quote, eventLog, gpuEvidence } = machine;
  const evidence = { manifest, quote, collateral, eventLog, gpuEvidence };
  // Clients judge the GPU themselves; this proxy seals nothing to it.
  const gpu = { judge: 'relay' } as const;
  const choices = { registry, beacons, anchor, cache, now, gpu };
  const worker = await verifyMachine(evidence, { role: 'worker', ...choices });
  const claimed = worker.manifest.worker?.priceDigest ?? new Uint8Array(0);
  if (!equalSecret(claimed, priceDigest(registry.prices)))
    throw refusal('PRICE_MISMATCH', 'The worker counts in another price table.');
  return worker;
}
