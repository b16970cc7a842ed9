// What does the network allow and charge? The registry's answer, whatever it was read from.
import type { MeasurementRule } from '../attestation/policy.js';
import type { Role } from '../protocol/manifest.js';
import type { PriceTable } from '../protocol/price.js';

export interface Registry {
  /** Network id, as manifests name it. */
  readonly network: string;
  readonly source: 'local' | 'pinned' | 'origin' | 'endpoints';
  readonly prices: PriceTable;
  /** Code each role may run. An empty list allows nothing. */
  readonly measurements: Readonly<Record<Role, readonly MeasurementRule[]>>;
  /** Where beacons can be asked for, if anywhere. */
  readonly beaconUrl?: string | undefined;
  /** Unix seconds. */
  readonly issuedAt: number;
}
