// How is a ledger's file opened? In its own thread, which has the lock for as long as it lives.
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { ledgerUnavailable } from './errors.js';
import type { Prices } from './ledger.js';
import { DATABASE_BYTES_MAX, PENDING_MAX } from './limits.js';
import { SqliteStore } from './sqlite-store.js';
import { startSqliteThread } from './start-sqlite-thread.js';
import type { OpenFailure, Snapshot, ThreadAnswer } from './thread-messages.js';

/** @throws CocoonError `LEDGER_LOCKED`, `LEDGER_CORRUPT`, `LEDGER_VERSION`, `LEDGER_UNAVAILABLE` */
export async function openSqliteStore(options: {
  path: string;
  /** Only a new file takes them. */
  prices: Prices;
  maxPending?: number | undefined;
  maxBytes?: number | undefined;
}): Promise<{ snapshot: Snapshot; store: SqliteStore }> {
  const { path, prices, maxPending, maxBytes } = options;
  const worker = await startSqliteThread({ path, prices, maxBytes: maxBytes ?? DATABASE_BYTES_MAX });
  const snapshot = await awaitSnapshot(worker);
  return { snapshot, store: new SqliteStore(worker, maxPending ?? PENDING_MAX) };
}

async function awaitSnapshot(worker: Worker): Promise<Snapshot> {
  const [answer]: ThreadAnswer[] = await once(worker, 'message').catch((cause: unknown) => {
    throw ledgerUnavailable(cause instanceof Error ? cause.name : 'THREAD_ENDED');
  });
  if (answer?.kind === 'opened') return answer.snapshot;
  await worker.terminate();
  throw answer?.kind === 'refused' ? openError(answer.code, answer.cause) : ledgerUnavailable('THREAD_ENDED');
}

function openError(code: OpenFailure, cause: string): CocoonError {
  const details = { cause };
  switch (code) {
    case 'LEDGER_LOCKED': {
      const message = 'Another process has this ledger open.';
      return new CocoonError({
        kind: 'config',
        code,
        message,
        remedy: 'Stop the other proxy first, or give this one a directory of its own.',
        details,
      });
    }
    case 'LEDGER_CORRUPT': {
      const message = `This file is not a whole ledger: ${cause}.`;
      const remedy = 'Do not use it. Restore the last backup, or name the right file.';
      return new CocoonError({ kind: 'config', code, message, remedy, details });
    }
    case 'LEDGER_VERSION': {
      const message = `This ledger was written by another version of the proxy (${cause}).`;
      return new CocoonError({
        kind: 'config',
        code,
        message,
        remedy: 'Use the version that wrote it.',
        details,
      });
    }
    case 'LEDGER_UNAVAILABLE':
      return ledgerUnavailable(cause);
    default:
      return code satisfies never;
  }
}
