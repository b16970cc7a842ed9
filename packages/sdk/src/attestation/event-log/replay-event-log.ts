// Which register values follow from a boot log? The door for callers, with the platform’s hash.
import { platform } from '#platform';
import { type EventLogSource, type ReplayedLog, replayLog } from './replay-log.js';

/**
 * Replays a CCEL or dstack event log: register = SHA-384(register ‖ digest) for every event, from 48 zero bytes.
 * @throws CocoonError `ATTESTATION_EVENT_LOG_FORMAT`, `ATTESTATION_EVENT_FOREIGN`
 * Sources: TCG PC Client Platform Firmware Profile; Intel TDX Virtual Firmware Design Guide, "Measurement"; UEFI 2.10, section 38.
 */
export async function replayEventLog(log: EventLogSource): Promise<ReplayedLog> {
  return replayLog(log, platform.sha384);
}
