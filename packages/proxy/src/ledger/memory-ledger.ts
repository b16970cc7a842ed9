// A ledger that forgets everything when the process ends: for tests, demos and measurements.
import type { Entry } from './entry.js';
import type { EntryStore } from './entry-store.js';
import { backupUnsupported } from './errors.js';
import type { EvidenceRow, Ledger, LedgerSums, Prices, StatementRow } from './ledger.js';
import { LedgerState } from './ledger-state.js';
import { toEvidenceRow, toStatementRow } from './proof-rows.js';
import { runLedger } from './run-ledger.js';

/** Proof rows kept per account; the oldest go first. */
const ROWS_PER_ACCOUNT = 10_000;

/**
 * @param options.prices nanoTON per adjusted token.
 * @throws CocoonError `LEDGER_BAD_INPUT` for prices that cannot be.
 */
export function createMemoryLedger(options: {
  prices: Prices;
  maxOperations?: number | undefined;
  maxRunning?: number | undefined;
  maxNewGrants?: number | undefined;
}): Ledger {
  return runLedger({ ...options, state: new LedgerState(), store: new MemoryStore() });
}

class MemoryStore implements EntryStore {
  private readonly charges = new Map<string, StatementRow[]>();
  private readonly receipts = new Map<string, EvidenceRow[]>();

  admit(): void {}

  async append(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) {
      if (entry.kind === 'charge') put(this.charges, entry.account, toStatementRow(entry));
      if (entry.kind === 'evidence') put(this.receipts, entry.account, toEvidenceRow(entry));
      if (entry.kind === 'prune') {
        prune(this.charges, entry.before);
        prune(this.receipts, entry.before);
      }
    }
  }

  async statement(account: string, sinceSequence: number, limit: number): Promise<StatementRow[]> {
    const rows = this.charges.get(account) ?? [];
    return rows.filter((row) => row.sequence > sinceSequence).slice(0, limit);
  }

  async evidence(account: string, limit: number): Promise<EvidenceRow[]> {
    return [...(this.receipts.get(account) ?? [])].reverse().slice(0, limit);
  }

  async backup(): Promise<LedgerSums> {
    throw backupUnsupported();
  }

  async close(): Promise<void> {}
}

function put<Row>(rows: Map<string, Row[]>, account: string, row: Row): void {
  const kept = rows.get(account);
  if (kept === undefined) rows.set(account, [row]);
  else if (kept.push(row) > ROWS_PER_ACCOUNT) kept.shift();
}

function prune<Row extends { at: number }>(rows: Map<string, Row[]>, before: number): void {
  for (const [account, kept] of rows) {
    const old = kept.findIndex((row) => row.at >= before);
    if (old > 0) kept.splice(0, old);
    else if (old < 0) rows.delete(account);
  }
}
