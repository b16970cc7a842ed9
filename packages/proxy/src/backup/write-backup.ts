// How does a proxy's directory become one file? The ledger is copied first, then what belongs to it, then all is hashed and sent.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { copyFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerSums } from '../ledger/ledger.js';
import { encodeManifest } from './backup-manifest.js';
import { noteLastBackup } from './last-backup.js';

const FOLDER = 'backup.tmp';
const CHUNK_BYTES = 1 << 20;
const SEGMENT = /^requests-[0-9]{1,15}\.log$/;

export interface BackupSource {
  /** The proxy's directory; a copy of the ledger lies there for a while, so the disk must have room for it. */
  dir: string;
  /** Writes a whole copy of the ledger to this path. The caller holds the ledger’s lock. */
  copyLedger: (path: string) => Promise<LedgerSums>;
  now: () => Date;
}

/**
 * Prepares everything before the first byte is yielded, so a failure shows before anything is sent.
 * @throws CocoonError `BACKUP_FAILED`, `BACKUP_UNSUPPORTED`
 */
export async function openBackup(source: BackupSource): Promise<AsyncGenerator<Uint8Array, void>> {
  const folder = join(source.dir, FOLDER);
  dropUnfinishedBackup(source.dir);
  mkdirSync(join(folder, 'requests'), { recursive: true, mode: 0o700 });
  try {
    const sums = await source.copyLedger(join(folder, 'ledger.db'));
    const time = Math.floor(source.now().getTime() / 1000);
    const files = [];
    for (const name of ['ledger.db', ...(await copyRest(source.dir, folder))])
      files.push({ name, ...(await measure(join(folder, name))) });
    return send(
      { dir: source.dir, time },
      folder,
      encodeManifest({ time, sums, files }),
      files.map(({ name }) => name),
    );
  } catch (error) {
    dropUnfinishedBackup(source.dir);
    throw error;
  }
}

/** What a kill during a backup left behind. */
export function dropUnfinishedBackup(dir: string): void {
  rmSync(join(dir, FOLDER), { recursive: true, force: true });
}

/** After the ledger: what its reservations need to be charged is then in the copy too, and more does no harm. */
async function copyRest(dir: string, folder: string): Promise<string[]> {
  const requests = join(dir, 'requests');
  const segments = existsSync(requests) ? readdirSync(requests).filter((name) => SEGMENT.test(name)) : [];
  const copied: string[] = [];
  for (const name of [
    'ledger.id',
    'measurements.json',
    ...segments.map((segment) => `requests/${segment}`),
  ]) {
    try {
      await copyFile(join(dir, name), join(folder, name));
      copied.push(name);
    } catch (error) {
      // A segment may have come to its end meanwhile, and nobody need have looked at measurements yet.
      if (name === 'ledger.id' || existsSync(join(dir, name))) throw error;
    }
  }
  return copied;
}

async function measure(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) hash.update(chunk);
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

async function* send(
  source: { dir: string; time: number },
  folder: string,
  manifest: Uint8Array,
  names: string[],
): AsyncGenerator<Uint8Array, void> {
  try {
    const hash = createHash('sha256').update(manifest);
    yield manifest;
    for (const name of names) {
      const chunks: AsyncIterable<Buffer> = createReadStream(join(folder, name), {
        highWaterMark: CHUNK_BYTES,
      });
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield new Uint8Array(chunk);
      }
    }
    yield new Uint8Array(hash.digest());
    // Asked for more: the receiver has taken all of it.
    noteLastBackup(source.dir, source.time);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
