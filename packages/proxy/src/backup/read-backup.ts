// Is this file a whole backup, and what is in it? Reads it once from start to end, and unpacks it on the way where asked.
import { createHash, type Hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toHex } from '../hex.js';
import { backupError } from './backup-error.js';
import { type BackupManifest, DIGEST_BYTES, decodeManifest, MANIFEST_BYTES_MAX } from './backup-manifest.js';

const CHUNK_BYTES = 1 << 20;

export interface ReadBackup {
  manifest: BackupManifest;
  /** SHA-256 the file ends with, hex: names this backup. */
  sha256: string;
}

/**
 * @param into an existing directory to unpack into; what lies there after a failure is worth nothing.
 * @throws CocoonError `BACKUP_CORRUPT`, `BACKUP_VERSION`
 */
export async function readBackup(path: string, into?: string): Promise<ReadBackup> {
  const file = await open(path, 'r');
  try {
    const whole = createHash('sha256');
    const { manifest, bytes } = await readManifest(file, whole);
    let at = bytes;
    for (const entry of manifest.files) {
      const target = into === undefined ? undefined : await create(join(into, entry.name));
      try {
        const sha256 = await copy(file, { at, bytes: entry.bytes, whole, target });
        if (sha256 !== entry.sha256) throw backupError('BACKUP_CORRUPT', `${entry.name} was altered`);
        await target?.sync();
      } finally {
        await target?.close();
      }
      at += entry.bytes;
    }
    const expected = whole.digest('hex');
    const rest = Buffer.alloc(DIGEST_BYTES + 1);
    const { bytesRead } = await file.read(rest, 0, rest.length, at);
    const sha256 = toHex(rest.subarray(0, DIGEST_BYTES));
    if (bytesRead !== DIGEST_BYTES || sha256 !== expected)
      throw backupError('BACKUP_CORRUPT', 'its end is missing or altered');
    return { manifest, sha256 };
  } finally {
    await file.close();
  }
}

async function readManifest(
  file: FileHandle,
  whole: Hash,
): Promise<{ manifest: BackupManifest; bytes: number }> {
  const start = Buffer.alloc(MANIFEST_BYTES_MAX);
  const { bytesRead } = await file.read(start, 0, start.length, 0);
  const end = start.subarray(0, bytesRead).indexOf(0x0a);
  if (end < 0) throw backupError('BACKUP_CORRUPT', 'it does not begin with a manifest');
  whole.update(start.subarray(0, end + 1));
  return { manifest: decodeManifest(start.toString('utf8', 0, end)), bytes: end + 1 };
}

async function create(path: string): Promise<FileHandle> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return open(path, 'wx', 0o600);
}

async function copy(
  file: FileHandle,
  part: { at: number; bytes: number; whole: Hash; target: FileHandle | undefined },
): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, Math.max(1, part.bytes)));
  for (let done = 0; done < part.bytes; ) {
    const wanted = Math.min(buffer.length, part.bytes - done);
    const { bytesRead } = await file.read(buffer, 0, wanted, part.at + done);
    if (bytesRead === 0) throw backupError('BACKUP_CORRUPT', 'it ends too early');
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    part.whole.update(chunk);
    await part.target?.appendFile(chunk);
    done += bytesRead;
  }
  return hash.digest('hex');
}
