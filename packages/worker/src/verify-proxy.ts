// Is the machine at the other end a proxy whose code the network allows? The worker gives its load and receipts to no other.
import { createHash } from 'node:crypto';
import type { SimulatedAnchor } from '@cocoonkit/sdk/attestation';
import { verifyMachine } from '@cocoonkit/sdk/attestation';
import { type EvidenceBundle, malformed } from '@cocoonkit/sdk/protocol';
import type { BeaconSource, Registry } from '@cocoonkit/sdk/registry';
import type { VerifiedMachine } from '@cocoonkit/sdk/seal';

export interface VerifyProxyOptions {
  registry: Registry;
  now: Date;
  anchor?: SimulatedAnchor | undefined;
  beacons?: BeaconSource | undefined;
}

/**
 * @throws CocoonError `ATTESTATION_…`, `MANIFEST_…`, `BEACON_…`, `EVIDENCE_STALE`, `MALFORMED`
 */
export async function verifyProxy(
  bundle: EvidenceBundle,
  options: VerifyProxyOptions,
): Promise<VerifiedMachine> {
  const [machine, ...others] = bundle.machines;
  if (machine === undefined || others.length > 0) throw malformed('evidence', 'not exactly one machine');
  const collateral = bundle.collaterals.find((document) =>
    createHash('sha256').update(document).digest().equals(machine.collateralHash),
  );
  if (collateral === undefined) throw malformed('evidence', 'the collateral is missing');
  return verifyMachine(
    { manifest: machine.manifest, quote: machine.quote, collateral, eventLog: machine.eventLog },
    { ...options, role: 'proxy' },
  );
}
