// How does a backup become a proxy's directory again? Unpacked beside, checked to the last sum, then moved into place, the ledger last.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { openSqliteStore } from '../ledger/open-sqlite-store.js';
import { backupError } from './backup-error.js';
import { sameSums } from './backup-manifest.js';
import { type ReadBackup, readBackup } from './read-backup.js';

const FOLDER = 'restoring';

/**
 * @param options.dir a directory that does not exist or is empty.
 * @param options.sha256 what `backup` said of the file, where it was kept apart from it: then nobody can have altered both.
 * @throws CocoonError `RESTORE_NOT_EMPTY`, `BACKUP_CORRUPT`, `BACKUP_VERSION`; then the directory is empty as before.
 */
export async function restoreBackup(options: {
  file: string;
  dir: string;
  sha256?: string | undefined;
}): Promise<ReadBackup> {
  const { file, dir } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (readdirSync(dir).length > 0) throw backupError('RESTORE_NOT_EMPTY');
  const folder = join(dir, FOLDER);
  mkdirSync(folder, { mode: 0o700 });
  try {
    const backup = await readBackup(file, folder);
    if (options.sha256 !== undefined && options.sha256 !== backup.sha256)
      throw backupError('BACKUP_CORRUPT', 'its SHA-256 is another than the one given');
    await checkLedger(join(folder, 'ledger.db'), backup);
    await moveIntoPlace(dir, folder);
    return backup;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** A directory in which a restore was killed must not be served: what is missing would be founded anew. @throws CocoonError `RESTORE_UNFINISHED` */
export function refuseUnfinishedRestore(dir: string): void {
  if (existsSync(join(dir, FOLDER))) throw backupError('RESTORE_UNFINISHED');
}

/** The pages, the constraints and every sum, as at each start of the proxy; and the sums the manifest names. */
async function checkLedger(path: string, { manifest }: ReadBackup): Promise<void> {
  // An existing ledger keeps its own prices: these are not looked at.
  const prices = { pricePerToken: 0n, workerPerToken: 0n };
  const { store } = await openSqliteStore({ path, prices }).catch((error: unknown) => {
    const code = error instanceof CocoonError ? error.code : 'INTERNAL';
    throw backupError(code === 'LEDGER_VERSION' ? 'BACKUP_VERSION' : 'BACKUP_CORRUPT', `its ledger: ${code}`);
  });
  try {
    if (!sameSums(await store.backup(), manifest.sums))
      throw backupError('BACKUP_CORRUPT', 'its ledger has other sums than it says');
  } finally {
    await store.close();
  }
}

/** The folder goes last: until then the directory is not a proxy’s. */
async function moveIntoPlace(dir: string, folder: string): Promise<void> {
  const names = readdirSync(folder).filter((name) => name !== 'ledger.db');
  for (const name of [...names, 'ledger.db']) renameSync(join(folder, name), join(dir, name));
  rmSync(folder, { recursive: true });
  const handle = await open(dir, 'r');
  await handle.sync();
  await handle.close();
}
