// Which boot log goes with this machine’s quotes? Firmware keeps it in memory that Linux shows as a file (ACPI table CCEL).
import { open } from 'node:fs/promises';
import { packEventLog } from '../attestation/event-log/pack-event-log.js';
import { CocoonError } from '../errors.js';

const CCEL = '/sys/firmware/acpi/tables/data/CCEL';
const MAX_AREA_BYTES = 1_048_576;

/**
 * The used part of the log, checked against the machine’s own quote. Without `file` the kernel’s is tried: a machine that has none, or one
 * whose registers something else extended too, goes without.
 * @throws CocoonError `EVENT_LOG_UNAVAILABLE`, `ATTESTATION_EVENT_LOG_…` for a `file` that was named.
 */
export async function readBootLog(
  options: { quote: Uint8Array; file?: string | undefined },
  kernelFile = CCEL,
): Promise<Uint8Array | undefined> {
  const { quote, file } = options;
  if (file !== undefined) return packEventLog(await readNamed(file), quote);
  try {
    return await packEventLog(await readArea(kernelFile), quote);
  } catch {
    return undefined;
  }
}

async function readNamed(file: string): Promise<Uint8Array> {
  try {
    return await readArea(file);
  } catch (cause) {
    throw new CocoonError({
      kind: 'config',
      code: 'EVENT_LOG_UNAVAILABLE',
      message: 'The file with the machine’s boot log cannot be read.',
      remedy: 'Check --event-log, or leave it out: the log is optional.',
      cause,
    });
  }
}

async function readArea(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > MAX_AREA_BYTES) throw new TypeError('longer than the limit');
    return new Uint8Array(await file.readFile());
  } finally {
    await file.close();
  }
}
