// What does the first line of a backup say? Which files follow, what they hash to, and what the ledger in them adds up to.
import { z } from 'zod';
import type { LedgerSums } from '../ledger/ledger.js';
import { backupError } from './backup-error.js';

export const BACKUP_VERSION = 1;
export const MANIFEST_BYTES_MAX = 65_536;
/** SHA-256 of everything before it ends the file. */
export const DIGEST_BYTES = 32;

const FORMAT = 'cocoonkit-proxy-backup';
const amount = z
  .string()
  .regex(/^(?:0|[1-9][0-9]{0,18})$/)
  .transform(BigInt);
const count = z.number().int().nonnegative();

const header = z.object({ format: z.literal(FORMAT), version: z.number().int().positive() });
const manifest = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(BACKUP_VERSION),
  /** Unix seconds at which the copy of the ledger was complete. */
  time: count,
  sums: z.strictObject({
    credited: amount,
    charged: amount,
    workers: amount,
    proxy: amount,
    clientTokens: amount,
    workerTokens: amount,
    accounts: count,
    reservations: count,
    charges: count,
  }),
  files: z
    .array(
      z.strictObject({
        // The only names there are: a backup cannot place a file anywhere else.
        name: z
          .string()
          .regex(/^(?:ledger\.db|ledger\.id|measurements\.json|requests\/requests-[0-9]{1,15}\.log)$/),
        bytes: count,
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .max(64),
});

export type BackupManifest = z.output<typeof manifest>;

export function encodeManifest(content: Omit<BackupManifest, 'format' | 'version'>): Uint8Array {
  const sums = Object.fromEntries(
    Object.entries(content.sums).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? String(value) : value,
    ]),
  );
  const text = JSON.stringify({ format: FORMAT, version: BACKUP_VERSION, ...content, sums });
  return new TextEncoder().encode(`${text}\n`);
}

/** @throws CocoonError `BACKUP_VERSION` for a later format, `BACKUP_CORRUPT` */
export function decodeManifest(line: string): BackupManifest {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw backupError('BACKUP_CORRUPT', 'it does not begin with a manifest');
  }
  const { data: known } = header.safeParse(value);
  if (known === undefined) throw backupError('BACKUP_CORRUPT', 'it does not begin with a manifest');
  if (known.version > BACKUP_VERSION) throw backupError('BACKUP_VERSION', `format ${known.version}`);
  const { data } = manifest.safeParse(value);
  const names = new Set(data?.files.map(({ name }) => name));
  if (
    data === undefined ||
    names.size !== data.files.length ||
    !names.has('ledger.db') ||
    !names.has('ledger.id')
  )
    throw backupError('BACKUP_CORRUPT', 'its manifest is damaged');
  return data;
}

export function sameSums(a: LedgerSums, b: LedgerSums): boolean {
  return (
    a.credited === b.credited &&
    a.charged === b.charged &&
    a.workers === b.workers &&
    a.proxy === b.proxy &&
    a.clientTokens === b.clientTokens &&
    a.workerTokens === b.workerTokens &&
    a.accounts === b.accounts &&
    a.reservations === b.reservations &&
    a.charges === b.charges
  );
}
