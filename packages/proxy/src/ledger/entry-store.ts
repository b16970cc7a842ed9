// Where entries are kept: the one thing that differs between a ledger in memory and one on disk.
import type { Entry } from './entry.js';
import type { EvidenceRow, LedgerSums, StatementRow } from './ledger.js';

export interface EntryStore {
  /** @throws CocoonError `LEDGER_BUSY`, `LEDGER_UNAVAILABLE`: asked before any change is decided. */
  admit(): void;
  /** Keeps the entries after all earlier ones, together; resolves when they and all earlier ones are durable. */
  append(entries: readonly Entry[]): Promise<void>;
  statement(account: string, sinceSequence: number, limit: number): Promise<StatementRow[]>;
  evidence(account: string, limit: number): Promise<EvidenceRow[]>;
  /** Copies what is durable into a new file. */
  backup(path: string): Promise<LedgerSums>;
  close(): Promise<void>;
}
