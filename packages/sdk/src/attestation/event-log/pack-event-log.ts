// Which bytes of its boot log should a machine hand over with its quote?
import { LIMITS } from '../../protocol/limits.js';
import { readMeasurements } from '../claims.js';
import { expectFormat } from '../format/cursor.js';
import { parseQuote } from '../parse-quote.js';
import { parseEventAs } from './event-fail.js';
import { parseEventLog } from './replay-log.js';
import { verifyEventLog } from './verify-event-log.js';

/**
 * Cuts the unused area off a log and makes sure that it replays to the machine’s own quote: one that does not would make every client
 * refuse the machine.
 * @throws CocoonError `ATTESTATION_EVENT_LOG_FORMAT` (also when longer than PROTOCOL.md §12 allows), `ATTESTATION_EVENT_LOG_MISMATCH`,
 * `ATTESTATION_EVENT_FOREIGN`, those of `parseQuote`
 */
export async function packEventLog(log: Uint8Array, quote: Uint8Array): Promise<Uint8Array> {
  const { used } = parseEventLog(log);
  parseEventAs('EVENT_LOG_FORMAT', 'event log', () => {
    expectFormat(used.length <= LIMITS.eventLogBytes, `longer than ${LIMITS.eventLogBytes} bytes`);
  });
  await verifyEventLog(used, { measurements: readMeasurements(parseQuote(quote).report) });
  return used.slice();
}
