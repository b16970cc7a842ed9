// How much processor time did each role use? Wall time tells little on a machine that does other things as well.
import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

/** Milliseconds of processor time by role, user and system, all threads; empty where there is no /proc. */
export function cpuOf(roles: Readonly<Record<string, readonly number[]>>): Map<string, number> {
  const times = new Map<string, number>();
  for (const [role, pids] of Object.entries(roles)) {
    const all = pids.map(cpuMs);
    if (all.every((ms) => ms !== undefined))
      times.set(
        role,
        all.reduce((sum, ms) => sum + ms, 0),
      );
  }
  return times;
}

function cpuMs(pid: number): number | undefined {
  try {
    // Fields 14 and 15 of proc(5), counted after the name, which may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return undefined;
  }
}
