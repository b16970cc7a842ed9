// How does a ledger get a second, whole file while it is in use? SQLite copies it in one read transaction.
import type { Database } from 'libsql';
import type { LedgerSums } from './ledger.js';

/** Writes a new file at `path`, if there is one, and says what the ledger adds up to. @throws Error of SQLite, for example for a full disk. */
export function copyDatabase(database: Database, path: string | undefined): LedgerSums {
  // No transaction may be open. Nothing else uses this connection, so the sums below are those of the copy.
  if (path !== undefined) database.exec(`VACUUM INTO '${path.replaceAll("'", "''")}'`);
  return readSums(database);
}

function readSums(database: Database): LedgerSums {
  const row: unknown = database
    .prepare(
      `SELECT credited, charged, workers, proxy, client_tokens, worker_tokens,
         (SELECT count(*) FROM accounts), (SELECT count(*) FROM reservations), (SELECT count(*) FROM charges)
       FROM totals`,
    )
    .raw(true)
    .safeIntegers(true)
    .get();
  const columns: unknown[] = Array.isArray(row) ? row : [];
  const amount = (index: number): bigint => {
    const value = columns[index];
    if (typeof value !== 'bigint') throw new Error('no totals');
    return value;
  };
  return {
    credited: amount(0),
    charged: amount(1),
    workers: amount(2),
    proxy: amount(3),
    clientTokens: amount(4),
    workerTokens: amount(5),
    accounts: Number(amount(6)),
    reservations: Number(amount(7)),
    charges: Number(amount(8)),
  };
}
