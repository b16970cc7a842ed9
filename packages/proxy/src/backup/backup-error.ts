// How do backup and restore say no, and what is to be done about it?
import { CocoonError } from '@cocoonkit/sdk/errors';

const TEXTS = {
  BACKUP_CORRUPT: [
    'This file is not a whole backup of a proxy',
    'Nothing was restored. Use another backup, or fetch this one again from where it is kept.',
  ],
  BACKUP_VERSION: [
    'This backup was made by a newer version of the proxy',
    'Nothing was restored. Restore it with that version or a later one.',
  ],
  BACKUP_EXISTS: [
    'There is a file of this name already',
    'Name another file; backups are never overwritten.',
  ],
  BACKUP_RUNNING: ['Another backup is being made', 'Wait until it has ended.'],
  BACKUP_REFUSED: [
    'The running proxy did not hand over a backup',
    'Look into its log; the proxy itself goes on unharmed.',
  ],
  RESTORE_NOT_EMPTY: [
    'The directory is not empty',
    'Restore into a new directory: a ledger that is there must not be mixed with an older one.',
  ],
  RESTORE_UNFINISHED: [
    'A restore into this directory was interrupted',
    'Remove the directory and restore again.',
  ],
} as const;

export function backupError(code: keyof typeof TEXTS, cause?: string): CocoonError {
  const [message, remedy] = TEXTS[code];
  return new CocoonError({
    kind: 'config',
    code,
    message: `${message}${cause === undefined ? '' : `: ${cause}`}.`,
    remedy,
  });
}
