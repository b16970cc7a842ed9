// The ledger that survives: memory decides, one SQLite file remembers.
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { checkPrices } from './check-input.js';
import { ledgerUnavailable } from './errors.js';
import type { Ledger, Prices } from './ledger.js';
import { DATABASE_BYTES_MAX, PENDING_MAX } from './limits.js';
import { restoreState } from './restore-state.js';
import { runLedger } from './run-ledger.js';
import { SqliteStore } from './sqlite-store.js';
import { startSqliteThread } from './start-sqlite-thread.js';
import type { OpenFailure, Snapshot, ThreadAnswer } from './thread-messages.js';

export interface SqliteLedgerOptions {
  /** The file; created when missing. Two more files with the same start may lie beside it. */
  path: string;
  /** nanoTON per adjusted token; a ledger keeps the prices it was created with. */
  prices: Prices;
  /** Unwritten changes before calls fail with `LEDGER_BUSY`; default 10,000. */
  maxPending?: number | undefined;
  /** Operations remembered in memory before new ones fail with `LEDGER_BUSY`; default 2,000,000. */
  maxOperations?: number | undefined;
  /** Size of the file at which the ledger stops, in bytes; default 64 GiB. */
  maxBytes?: number | undefined;
}

/**
 * Opens the file for this process alone, checks that it is whole and adds up, and rebuilds memory from it.
 * @throws CocoonError `LEDGER_LOCKED` (another process has it open), `LEDGER_CORRUPT` (damaged, does not add up, or
 * not a ledger), `LEDGER_VERSION`, `LEDGER_PRICES_DIFFER`, `LEDGER_UNAVAILABLE` (cannot be opened or written).
 */
export async function openSqliteLedger(options: SqliteLedgerOptions): Promise<Ledger> {
  const { path, prices, maxOperations } = options;
  checkPrices(prices);
  const worker = await startSqliteThread({ path, prices, maxBytes: options.maxBytes ?? DATABASE_BYTES_MAX });
  const snapshot = await awaitSnapshot(worker);
  const store = new SqliteStore(worker, options.maxPending ?? PENDING_MAX);
  const { pricePerToken, workerPerToken } = snapshot.prices;
  if (pricePerToken !== prices.pricePerToken || workerPerToken !== prices.workerPerToken) {
    await store.close();
    throw pricesDiffer(snapshot.prices);
  }
  return runLedger({ state: restoreState(snapshot), store, prices, maxOperations });
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
        remedy: 'Stop the other proxy first.',
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

function pricesDiffer(kept: Prices): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'LEDGER_PRICES_DIFFER',
    message: 'This ledger was created with other prices.',
    remedy: 'Open it with its own prices; new prices need a new ledger.',
    details: { pricePerToken: String(kept.pricePerToken), workerPerToken: String(kept.workerPerToken) },
  });
}
