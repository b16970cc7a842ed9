// How does the operator get a backup into a file? From the running proxy, which alone may read its ledger; or without it, when it does not run.
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { openSqliteStore } from '../ledger/open-sqlite-store.js';
import { backupError } from './backup-error.js';
import { type ReadBackup, readBackup } from './read-backup.js';
import { openBackup } from './write-backup.js';

export interface TakenBackup extends ReadBackup {
  /** Made by a running proxy, or of a directory at rest. */
  online: boolean;
}

/**
 * Writes `out` only when it is whole, checked and on disk; a kill leaves at most `out.part`.
 * @throws CocoonError `BACKUP_EXISTS`, `BACKUP_RUNNING`, `BACKUP_REFUSED`, `BACKUP_FAILED`, `BACKUP_UNSUPPORTED`, `LEDGER_*`
 */
export async function takeBackup(options: {
  dir: string;
  out: string;
  fetch: typeof globalThis.fetch;
  now: () => Date;
}): Promise<TakenBackup> {
  const { dir, out } = options;
  if (existsSync(out)) throw backupError('BACKUP_EXISTS');
  const part = `${out}.part`;
  try {
    const response = await askProxy(dir, options.fetch);
    if (response === undefined) await backupAtRest(options, part);
    else await save(response.body ?? [], part);
    const backup = await readBackup(part).catch(() => {
      throw backupError('BACKUP_REFUSED', 'it broke off');
    });
    renameSync(part, out);
    const folder = await open(dirname(out), 'r');
    await folder.sync();
    await folder.close();
    return { ...backup, online: response !== undefined };
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Undefined when no proxy answers; whether one runs all the same is then found out by the ledger's lock. */
async function askProxy(dir: string, fetch: typeof globalThis.fetch): Promise<Response | undefined> {
  const read = (name: string): string | undefined =>
    existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'utf8').trim() : undefined;
  const [url, token] = [read('admin.url'), read('admin.token')];
  if (url === undefined || token === undefined) return undefined;
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/admin/backup`, { method: 'POST', headers }).catch(() => undefined);
  if (response === undefined || response.ok) return response;
  // After a kill, another program may have got the port.
  if (response.status === 401 || response.status === 404) return undefined;
  const body: unknown = await response.json().catch(() => undefined);
  const code = typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : 'INTERNAL';
  if (code === 'BACKUP_RUNNING') throw backupError(code);
  throw backupError('BACKUP_REFUSED', code);
}

async function backupAtRest({ dir, now }: { dir: string; now: () => Date }, part: string): Promise<void> {
  const path = join(dir, 'ledger.db');
  if (!existsSync(path))
    throw new CocoonError({
      kind: 'config',
      code: 'BACKUP_REFUSED',
      message: 'This directory holds no ledger.',
      remedy: 'Name the directory that the proxy was started with.',
    });
  const prices = { pricePerToken: 0n, workerPerToken: 0n };
  const { store } = await openSqliteStore({ path, prices });
  try {
    await save(await openBackup({ dir, copyLedger: (to) => store.backup(to), now }), part);
  } finally {
    await store.close();
  }
}

async function save(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, part: string): Promise<void> {
  rmSync(part, { force: true });
  const file = await open(part, 'wx', 0o600);
  try {
    for await (const chunk of chunks) await file.appendFile(chunk);
    await file.sync();
  } catch (error) {
    throw error instanceof CocoonError ? error : backupError('BACKUP_REFUSED', 'it broke off');
  } finally {
    await file.close();
  }
}
