// Since when has this proxy seen a measurement in the registry? Remembered across restarts; the registry itself does not say.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Role } from '@cocoonkit/sdk/protocol';
import { z } from 'zod';

const RULES_MAX = 1_000;
const seen = z.record(z.string().regex(/^[0-9a-f]{64}$/), z.number().int().nonnegative());

export interface MeasurementHistory {
  /** The first call for a rule makes its date. */
  since(role: Role, registers: object): Date;
}

/** `file` undefined: remembered only while this process runs. */
export function openMeasurementHistory(file: string | undefined, now: () => Date): MeasurementHistory {
  const dates = new Map(Object.entries(file === undefined ? {} : readDates(file)));
  return {
    since(role, registers) {
      const key = createHash('sha256')
        .update(JSON.stringify([role, registers]))
        .digest('hex');
      const known = dates.get(key);
      if (known !== undefined) return new Date(known);
      const at = now().getTime();
      dates.set(key, at);
      const [oldest] = dates.keys();
      if (dates.size > RULES_MAX && oldest !== undefined) dates.delete(oldest);
      if (file !== undefined) writeDates(file, dates);
      return new Date(at);
    },
  };
}

function readDates(file: string): Record<string, number> {
  try {
    return seen.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Absent at the first start. A damaged one loses dates that are only shown.
    return {};
  }
}

function writeDates(file: string, dates: ReadonlyMap<string, number>): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(dates)));
    renameSync(`${file}.new`, file);
  } catch {
    // A full disk must not take the status page down.
  }
}
