// What did a process use, and how long did it wait for its turn? Wall time tells little on a machine that does other things as well.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

export interface Figures {
  /** Processor time of all threads, user and system. */
  readonly cpuMs: number;
  /** Time its main thread was ready to run while the core did something else. */
  readonly waitedMs: number;
  readonly residentMb: number;
  /** Highest since it started. */
  readonly peakMb: number;
}

/** NaN where there is no /proc. */
export function figuresOf(pid: number): Figures {
  // Fields 14 and 15 of proc(5), counted after the name, which may hold spaces.
  const fields = read(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
  const status = read(pid, 'status');
  const mb = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) / 1024;
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
    waitedMs: Number(read(pid, 'schedstat').split(' ')[1]) / 1e6,
    residentMb: mb('VmRSS'),
    peakMb: mb('VmHWM'),
  };
}

/** Ties all threads of a process to one core, or to all. False where that cannot be done. */
export function pin(pid: number, cores: string): boolean {
  try {
    execFileSync('taskset', ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
