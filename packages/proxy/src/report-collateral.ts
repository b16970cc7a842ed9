// What does an operator see of the collateral's renewals?
import type { CollateralRefresher, RefreshEvent } from '@cocoonkit/sdk/attestation/fetch';
import type { Log } from './log.js';
import type { GaugeName } from './metrics.js';

/** `ms`: how long the new collateral holds. */
export function reportCollateral(event: RefreshEvent, { log, now }: { log: Log; now: () => Date }): void {
  if (event.type === 'renewed')
    log('info', { event: 'collateral-renewed', ms: event.validUntil.getTime() - now().getTime() });
  else if (event.expired) log('error', { event: 'collateral-expired', code: event.code });
  else log('warn', { event: 'collateral-failed', code: event.code });
}

/** Gauges for the metrics; nothing where collateral is not fetched. Seconds left are negative once it has expired. */
export function collateralGauges(
  refresher: CollateralRefresher | undefined,
  now: () => Date,
): Partial<Record<GaugeName, () => number>> {
  if (refresher === undefined) return {};
  return {
    collateral_seconds_left: () => {
      const { validUntil } = refresher.status();
      return validUntil === undefined ? 0 : Math.floor((validUntil.getTime() - now().getTime()) / 1000);
    },
    collateral_failures: () => refresher.status().failures,
  };
}
