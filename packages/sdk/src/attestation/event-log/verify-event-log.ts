// Is this the boot log of the quoted machine? The door for callers, with the platform’s hash.
import { platform } from '#platform';
import type { Measurements } from '../claims.js';
import type { EventLogRule } from './event-rule.js';
import type { EventLogSource } from './replay-log.js';
import { type VerifiedEventLog, verifyLog } from './verify-log.js';

/**
 * Replays a log, compares it with the registers of a quote that `verifyQuote` returned, and judges it by the first rule that holds. Without
 * rules the events are only established, not judged; an empty list allows nothing.
 *
 * A Cocoon image extends RTMR3 without a log: its rule (`cocoon`) stands in for the missing events.
 * @throws CocoonError `ATTESTATION_EVENT_LOG_FORMAT`, `ATTESTATION_EVENT_LOG_MISMATCH` (the detail names the register),
 * `ATTESTATION_EVENT_FOREIGN`, `ATTESTATION_EVENT_RULE`, `ATTESTATION_EVENT_OPTIONS`
 */
export async function verifyEventLog(
  log: EventLogSource,
  quote: { readonly measurements: Measurements },
  rules?: readonly EventLogRule[],
): Promise<VerifiedEventLog> {
  return verifyLog(log, quote, { sha384: platform.sha384, rules });
}
