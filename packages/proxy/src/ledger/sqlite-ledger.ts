// The ledger that survives: memory decides, one SQLite file remembers.
import { CocoonError } from '@cocoonkit/sdk/errors';
import { checkPrices } from './check-input.js';
import type { Ledger, Prices } from './ledger.js';
import { openSqliteStore } from './open-sqlite-store.js';
import { restoreState } from './restore-state.js';
import { runLedger } from './run-ledger.js';

export interface SqliteLedgerOptions {
  /** The file; created when missing. Two more files with the same start may lie beside it. */
  path: string;
  /** nanoTON per adjusted token; a ledger keeps the prices it was created with. */
  prices: Prices;
  /** Unwritten changes before calls fail with `LEDGER_BUSY`; default 10,000. */
  maxPending?: number | undefined;
  /** Operations remembered in memory before new ones fail with `LEDGER_BUSY`; default 2,000,000. */
  maxOperations?: number | undefined;
  /** Requests of one account at once; default 32. */
  maxRunning?: number | undefined;
  /** Grants an account may bring for the first time within an hour; default 1,000. */
  maxNewGrants?: number | undefined;
  /** Size of the file at which the ledger stops, in bytes; default 64 GiB. */
  maxBytes?: number | undefined;
}

/**
 * Opens the file for this process alone, checks that it is whole and adds up, and rebuilds memory from it.
 * @throws CocoonError `LEDGER_LOCKED` (another process has it open), `LEDGER_CORRUPT` (damaged, does not add up, or
 * not a ledger), `LEDGER_VERSION`, `LEDGER_PRICES_DIFFER`, `LEDGER_UNAVAILABLE` (cannot be opened or written).
 */
export async function openSqliteLedger(options: SqliteLedgerOptions): Promise<Ledger> {
  const { prices, maxOperations, maxRunning, maxNewGrants } = options;
  checkPrices(prices);
  const { snapshot, store } = await openSqliteStore(options);
  const { pricePerToken, workerPerToken } = snapshot.prices;
  if (pricePerToken !== prices.pricePerToken || workerPerToken !== prices.workerPerToken) {
    await store.close();
    throw pricesDiffer(snapshot.prices);
  }
  const limits = { maxOperations, maxRunning, maxNewGrants };
  return runLedger({ state: restoreState(snapshot), store, prices, ...limits });
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
