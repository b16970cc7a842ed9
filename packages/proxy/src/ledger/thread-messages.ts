// What the process and its disk thread say to each other.
import type { Entry } from './entry.js';
import type { EvidenceRow, Finish, LedgerSums, LedgerTotals, Prices, StatementRow } from './ledger.js';

/** Everything memory must know when the ledger opens. */
export interface Snapshot {
  prices: Prices;
  totals: Omit<LedgerTotals, 'reserved'>;
  accounts: { id: string; credited: bigint; spent: bigint; spentTokens: bigint; charges: number }[];
  credits: { reference: string; account: string; nanoTon: bigint }[];
  workers: { id: string; earnedNanoTon: bigint; tokens: bigint; receipts: number }[];
  grants: {
    account: string;
    id: string;
    capTokens: bigint;
    spentTokens: bigint;
    maxConcurrent: number;
    expiresAt: number;
    firstSeen: number;
    revoked: boolean;
  }[];
  reservations: {
    account: string;
    op: string;
    coreHash: string;
    worker: string;
    tokens: bigint;
    nanoTon: bigint;
    expiresAt: number;
    grants: string[];
  }[];
  charges: {
    account: string;
    sequence: number;
    op: string;
    coreHash: string;
    worker: string;
    tokens: bigint;
    client: bigint;
    workerNano: bigint;
    finish: Finish;
    signature: Uint8Array;
    at: number;
    forgetAt: number;
  }[];
}

export interface ThreadSettings {
  path: string;
  prices: Prices;
  maxBytes: number;
}

export type ThreadRequest =
  | { kind: 'write'; entries: readonly Entry[] }
  | { kind: 'statement'; account: string; since: number; limit: number }
  | { kind: 'evidence'; account: string; limit: number }
  /** Copies the ledger to `path`, or without one only adds up. */
  | { kind: 'backup'; path?: string | undefined }
  | { kind: 'close' };

export type OpenFailure = 'LEDGER_LOCKED' | 'LEDGER_CORRUPT' | 'LEDGER_VERSION' | 'LEDGER_UNAVAILABLE';

/** Answers come in the order of the requests; `opened` or `refused` comes first. */
export type ThreadAnswer =
  | { kind: 'opened'; snapshot: Snapshot }
  | { kind: 'refused'; code: OpenFailure; cause: string }
  | { kind: 'done' }
  | { kind: 'statement'; rows: StatementRow[] }
  | { kind: 'evidence'; rows: EvidenceRow[] }
  | { kind: 'backup'; sums: LedgerSums }
  /** Unlike `failed`, this leaves the ledger as it was. */
  | { kind: 'backup-failed'; cause: string }
  | { kind: 'failed'; cause: string };
