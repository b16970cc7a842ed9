// Which registers does this machine have, and which policy accepts it again?

import { readMeasurements } from '../attestation/claims.js';
import { replayEventLog } from '../attestation/event-log/replay-event-log.js';
import { verifyEventLog } from '../attestation/event-log/verify-event-log.js';
import { cocoonImageHash } from '../attestation/measure/cocoon-image-hash.js';
import { parseQuote } from '../attestation/parse-quote.js';
import { decodeQuote } from './decode-quote.js';
import { readLimited, usage } from './read-input.js';
import type { Output } from './run-command.js';

export interface MeasureOptions {
  quote?: string | undefined;
  eventLog?: string | undefined;
  name?: string | undefined;
  json?: boolean | undefined;
}

const REGISTERS = [
  'mrtd',
  'rtmr0',
  'rtmr1',
  'rtmr2',
  'rtmr3',
  'mrConfigId',
  'mrOwner',
  'mrOwnerConfig',
] as const;
type Register = (typeof REGISTERS)[number];
type Basis = 'quote' | 'log';
type Found = Partial<Record<Register, { value: string; basis: Basis }>>;

/** Reads registers only: whether a quote is genuine is what `cocoonkit verify` says. */
export async function measureCommand(options: MeasureOptions, { output }: { output: Output }): Promise<void> {
  const { quote, eventLog, name, json } = options;
  if (quote === undefined && eventLog === undefined)
    throw usage('INPUT_MISSING', 'There is nothing to measure.', 'Pass --quote, --event-log, or both.');
  const found: Found = {};
  let imageHash: string | undefined;
  if (quote !== undefined) {
    const measurements = readMeasurements(parseQuote(decodeQuote(await readLimited(quote))).report);
    // Both given: the log must be of the same boot.
    if (eventLog !== undefined) await verifyEventLog(await readLimited(eventLog), { measurements });
    for (const register of REGISTERS) found[register] = { value: measurements[register], basis: 'quote' };
    imageHash = cocoonImageHash(measurements);
  } else if (eventLog !== undefined) {
    const log = await replayEventLog(await readLimited(eventLog));
    for (const register of ['rtmr0', 'rtmr1', 'rtmr2', 'rtmr3'] as const)
      found[register] = { value: log[register], basis: 'log' };
  }
  const rule = Object.fromEntries(Object.entries(found).map(([register, { value }]) => [register, value]));
  const policy = { measurements: [{ ...(name === undefined ? {} : { name }), ...rule }], reportData: 'any' };
  if (json === true) return output.out(`${JSON.stringify({ registers: found, imageHash, policy })}\n`);
  for (const [register, { value, basis }] of Object.entries(found))
    output.note(`${register} ${value} (basis: ${basis})\n`);
  if (imageHash !== undefined) output.note(`Cocoon image hash ${imageHash}\n`);
  output.note('Not verified here: run `cocoonkit verify` on a quote before you trust its registers.\n');
  output.out(`${JSON.stringify(policy, null, 2)}\n`);
}
