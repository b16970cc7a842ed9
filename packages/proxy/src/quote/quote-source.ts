// Where does this machine get its TDX quotes from?
import type { MeasurementRule } from '@cocoonkit/sdk/attestation';
import type { CollateralRefresher } from '@cocoonkit/sdk/attestation/fetch';
import type { SimulatedAnchor } from '@cocoonkit/sdk/unsafe';

export interface QuotedMachine {
  quote: Uint8Array;
  collateral: Uint8Array;
  /** The machine’s boot log, if it hands one over. */
  eventLog?: Uint8Array | undefined;
}

export interface QuoteSource {
  readonly kind: 'simulated' | 'configfs';
  /** Present for simulated networks only: the root that peers' quotes must end in. */
  readonly anchor?: SimulatedAnchor | undefined;
  /** Present where collateral is fetched and kept fresh. */
  readonly refresher?: CollateralRefresher | undefined;
  /** @param reportData the 64 bytes the quote must carry. */
  quote(reportData: Uint8Array, now: Date): Promise<QuotedMachine>;
}

/** Rules a local network allows when the operator names none. */
export interface LocalMeasurements {
  readonly worker: readonly MeasurementRule[];
  readonly proxy: readonly MeasurementRule[];
}
