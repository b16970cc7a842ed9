// What does a quote have to meet to be genuine at all, whatever it runs and however current it is?
import type { QuotePolicy } from './policy.js';
import { TCB_STATUSES } from './tcb-status.js';

/** Refuses nothing that Intel vouches for. For showing what was refused, and where only the collateral is in question; never for trust. */
export const GENUINE_POLICY: QuotePolicy = {
  measurements: 'any',
  reportData: 'any',
  tcbStatuses: TCB_STATUSES,
  allowDebug: true,
  requireSeptVeDisable: false,
  allowServiceTd: true,
  xfamAllowed: 'ff'.repeat(8),
};
