// When was the last backup complete? Kept in the proxy's directory, so that a restart does not forget it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'backup.last';

/** Unix seconds; 0 when there never was one. */
export function readLastBackup(dir: string): number {
  try {
    const seconds = Number(readFileSync(join(dir, FILE), 'utf8'));
    return Number.isSafeInteger(seconds) && seconds > 0 ? seconds : 0;
  } catch {
    return 0;
  }
}

export function noteLastBackup(dir: string, seconds: number): void {
  writeFileSync(join(dir, FILE), `${seconds}\n`, { mode: 0o600 });
}
