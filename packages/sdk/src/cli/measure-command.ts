// Which registers does a machine have, or will it have, and which policy accepts it?

import { readMeasurements } from '../attestation/claims.js';
import { checkEvent } from '../attestation/event-log/event-fail.js';
import { replayEventLog } from '../attestation/event-log/replay-event-log.js';
import type { LogEvent } from '../attestation/event-log/replay-log.js';
import { verifyEventLog } from '../attestation/event-log/verify-event-log.js';
import { cocoonImageHash, type ImageRegisters } from '../attestation/measure/cocoon-image-hash.js';
import type { ComputedRegisters } from '../attestation/measure/compute-registers.js';
import { parseQuote } from '../attestation/parse-quote.js';
import { decodeQuote } from './decode-quote.js';
import { eventLines } from './event-lines.js';
import { type ImageOptions, measureFiles } from './measure-files.js';
import { readLimited, usage } from './read-input.js';
import type { Output } from './run-command.js';

export interface MeasureOptions extends ImageOptions {
  quote?: string | undefined;
  eventLog?: string | undefined;
  name?: string | undefined;
  json?: boolean | undefined;
}

const BOOT = 'pass --event-log or --quote of a machine of that shape';
/** Every register of a rule, and what to do when it is not known. */
const REGISTERS = {
  mrtd: 'pass --firmware or --quote',
  rtmr0: `it depends on memory size, processors and ACPI tables and is never computed: ${BOOT}`,
  rtmr1: 'pass --kernel, --event-log or --quote',
  rtmr2: 'pass --append (with --initrd), --event-log or --quote',
  rtmr3: 'software extends it after the boot: pass --event-log or --quote',
  mrConfigId: 'the launcher sets it: pass --quote',
  mrOwner: 'the launcher sets it: pass --quote',
  mrOwnerConfig: 'the launcher sets it: pass --quote',
} as const;
type Register = keyof typeof REGISTERS;
const NAMES: readonly Register[] = [
  'mrtd',
  'rtmr0',
  'rtmr1',
  'rtmr2',
  'rtmr3',
  'mrConfigId',
  'mrOwner',
  'mrOwnerConfig',
];
type Basis = 'computed' | 'quote' | 'log';
type Found = Partial<Record<Register, { value: string; basis: Basis }>>;

/**
 * Finds registers only: whether a quote is genuine is what `cocoonkit verify` says.
 * @throws CocoonError `INPUT_MISSING`, `ATTESTATION_MEASURE_…`, those of quotes and boot logs
 */
export async function measureCommand(options: MeasureOptions, { output }: { output: Output }): Promise<void> {
  const { name, json } = options;
  const computed = await measureFiles(options);
  const { read, registers, events } = await readMachine(options);
  if (computed === undefined && read === undefined)
    throw usage(
      'INPUT_MISSING',
      'There is nothing to measure.',
      'Pass --firmware, --kernel, --append, --quote or --event-log.',
    );
  const found: Found = {};
  for (const register of NAMES) {
    const own = computedValue(computed, register);
    const other = registers[register];
    // An image beside a machine: they have to be the same, or one of the two is not what its owner thinks.
    checkEvent(own === undefined || other === undefined || own === other, 'MEASURE_MISMATCH', register);
    const value = own ?? other;
    if (value !== undefined)
      found[register] = { value, basis: own === undefined ? (read ?? 'log') : 'computed' };
  }
  const rule = Object.fromEntries(Object.entries(found).map(([register, { value }]) => [register, value]));
  const policy = { measurements: [{ ...(name === undefined ? {} : { name }), ...rule }], reportData: 'any' };
  const leftOut = NAMES.filter((register) => found[register] === undefined);
  const imageHash = leftOut.length === 0 && isWhole(registers) ? cocoonImageHash(registers) : undefined;
  if (json === true) {
    const missing = Object.fromEntries(leftOut.map((register) => [register, REGISTERS[register]]));
    return output.out(
      `${JSON.stringify({ registers: found, leftOut: missing, image: computed, imageHash, policy })}\n`,
    );
  }
  for (const [register, { value, basis }] of Object.entries(found))
    output.note(`${register} ${value} (basis: ${basis})\n`);
  for (const register of leftOut) output.note(`${register} left out of the policy: ${REGISTERS[register]}\n`);
  if (events.length > 0) output.note(`${eventLines(events).join('\n')}\n`);
  if (computed?.commandLine !== undefined)
    output.note(`Command line as measured: ${JSON.stringify(computed.commandLine)}\n`);
  if (imageHash !== undefined) output.note(`Cocoon image hash ${imageHash}\n`);
  if (read !== undefined)
    output.note('Not verified here: run `cocoonkit verify` on a quote before you trust its registers.\n');
  output.out(`${JSON.stringify(policy, null, 2)}\n`);
}

interface Machine {
  /** Where the registers are from. Absent: no machine was given. */
  read?: 'quote' | 'log' | undefined;
  registers: Partial<Record<Register, string>>;
  events: readonly LogEvent[];
}

async function readMachine({ quote, eventLog }: MeasureOptions): Promise<Machine> {
  const log = eventLog === undefined ? undefined : await readLimited(eventLog);
  if (quote !== undefined) {
    const measurements = readMeasurements(parseQuote(decodeQuote(await readLimited(quote))).report);
    // Both given: the log must be of the same boot.
    const events = log === undefined ? [] : (await verifyEventLog(log, { measurements })).events;
    return { read: 'quote', registers: measurements, events };
  }
  if (log === undefined) return { registers: {}, events: [] };
  const { rtmr0, rtmr1, rtmr2, rtmr3, events } = await replayEventLog(log);
  return { read: 'log', registers: { rtmr0, rtmr1, rtmr2, rtmr3 }, events };
}

function computedValue(computed: ComputedRegisters | undefined, register: Register): string | undefined {
  return register === 'mrtd' || register === 'rtmr1' || register === 'rtmr2'
    ? computed?.[register]
    : undefined;
}

function isWhole(registers: Partial<Record<Register, string>>): registers is ImageRegisters {
  return NAMES.every((register) => registers[register] !== undefined);
}
