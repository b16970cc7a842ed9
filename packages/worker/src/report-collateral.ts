// What does an operator see of the collateral's renewals, and when is evidence made again?
import type { RefreshEvent } from '@cocoonkit/sdk/attestation/fetch';
import type { WorkerLog } from './log.js';

export interface CollateralReport {
  log: WorkerLog;
  now: () => Date;
  /** Makes evidence with the newest collateral. */
  renewEvidence: () => void;
}

export function reportCollateral(event: RefreshEvent, { log, now, renewEvidence }: CollateralReport): void {
  if (event.type === 'failed') {
    log.write({ event: event.expired ? 'collateral-expired' : 'collateral-failed', code: event.code });
    return;
  }
  log.write({ event: 'collateral-renewed', ms: event.validUntil.getTime() - now().getTime() });
  if (event.changed) renewEvidence();
}
