// POST /admin/backup: a copy of the ledger and what belongs to it, while the proxy goes on.
import type { Hono } from 'hono';
import { backupError } from '../backup/backup-error.js';
import { openBackup } from '../backup/write-backup.js';
import type { ProxyParts } from '../proxy-parts.js';

export function addBackupRoute(app: Hono, parts: ProxyParts, dir: string): void {
  let running = false;
  app.post('/admin/backup', async (context) => {
    if (running) throw backupError('BACKUP_RUNNING');
    running = true;
    try {
      const { ledger, now } = parts;
      const chunks = await openBackup({ dir, copyLedger: (path) => ledger.backup(path), now });
      const end = (): void => {
        running = false;
      };
      return context.body(toStream(chunks, end), 200, { 'Content-Type': 'application/octet-stream' });
    } catch (error) {
      running = false;
      throw error;
    }
  });
}

function toStream(chunks: AsyncGenerator<Uint8Array, void>, end: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (value !== undefined) return controller.enqueue(value);
        if (done === true) controller.close();
      } catch (error) {
        controller.error(error);
      }
      end();
    },
    async cancel() {
      await chunks.return();
      end();
    },
  });
}
