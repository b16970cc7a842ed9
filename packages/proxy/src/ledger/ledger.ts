// What can be done with money: the interface of the ledger, the same for every way it is stored.

/** What an adjusted token costs, in nanoTON. The proxy keeps `pricePerToken - workerPerToken`. */
export interface Prices {
  readonly pricePerToken: bigint;
  readonly workerPerToken: bigint;
}

/** How a worker ended an operation. Only these words may stand in a receipt. */
export type Finish = 'stop' | 'length' | 'tool_calls' | 'cancelled' | 'error';

/** Why a reservation ended without a charge. */
export type ReleaseReason = 'refused' | 'no_worker' | 'worker_lost' | 'cancelled' | 'expired' | 'restart';

export interface CreditInput {
  /** Account id, lower-case hex. */
  account: string;
  nanoTon: bigint;
  /** Names this payment; the same reference is booked once. At most 128 characters. */
  reference: string;
  /** Unix seconds, as every `at` here. */
  at: number;
}

export interface Balance {
  account: string;
  /** Credited minus charged, in nanoTON. */
  balance: bigint;
  /** What a new reservation may take: balance minus reserved. */
  spendable: bigint;
  /** True when this reference was booked before and nothing changed. */
  repeated: boolean;
}

/** One level of the grant chain, as signed; the caller has verified the signatures. */
export interface GrantTerms {
  /** Hex. */
  id: string;
  capTokens: bigint;
  /** Unix seconds. */
  expiresAt: number;
  maxConcurrent: number;
}

export interface ReserveInput {
  account: string;
  /** The logical call, 16 bytes as hex. Charged at most once per account. */
  op: string;
  /** This attempt, 32 bytes as hex. */
  coreHash: string;
  /** The most tokens the receipt may name. */
  tokens: bigint;
  /** The worker that may hand in the receipt. */
  worker: string;
  /** Unix seconds; from then on the reservation is released and nobody is paid. */
  expiresAt: number;
  /** From the account's side to the leaf; empty when the account key itself signed; at most two. */
  grants: readonly GrantTerms[];
  at: number;
}

export interface Reservation {
  account: string;
  op: string;
  coreHash: string;
  worker: string;
  tokens: bigint;
  nanoTon: bigint;
  expiresAt: number;
  /** True when an earlier attempt of the same operation gave way to this one. */
  replaced: boolean;
  /** Resolves when the reservation is on disk; rejects with `LEDGER_UNAVAILABLE`. May be ignored safely. */
  durable: Promise<void>;
}

/** The public half of a receipt, whose signature the caller has verified, and the proof to keep. */
export interface ChargeInput {
  account: string;
  op: string;
  coreHash: string;
  worker: string;
  tokens: bigint;
  finish: Finish;
  receiptPublic: Uint8Array;
  receiptSignature: Uint8Array;
  /** The client's signed authorization (account, grants, signature). */
  authorization: Uint8Array;
  /** The worker says it still holds the answer for resume; needed to charge a reservation older than this process. */
  resumable?: boolean | undefined;
  at: number;
}

export interface Charge {
  account: string;
  op: string;
  coreHash: string;
  worker: string;
  /** Tokens charged: those of the receipt, or 0 for finish `error`. */
  tokens: bigint;
  finish: Finish;
  /** Position in the account's statement, from 1 without gaps; 0 for finish `error`, which is not a charge. */
  sequence: number;
  /** In nanoTON; `client` = `worker` + `proxy`. */
  amounts: { client: bigint; worker: bigint; proxy: bigint };
  at: number;
  /** True when the operation was settled before; the result is the first one. */
  repeated: boolean;
}

export interface ReleaseInput {
  account: string;
  op: string;
  coreHash: string;
  reason: ReleaseReason;
  at: number;
}

export interface RevokeGrantInput {
  account: string;
  /** Hex. */
  id: string;
  /** Expiry of the grant if known: the revocation is kept until an hour after it, else 90 days. */
  expiresAt?: number | undefined;
  at: number;
}

export interface GrantView {
  id: string;
  capTokens: bigint;
  spentTokens: bigint;
  reservedTokens: bigint;
  running: number;
  expiresAt: number;
  revoked: boolean;
}

export interface AccountView {
  account: string;
  /** nanoTON, as the next three. `balance` = credited - `spent`; `spendable` = `balance` - `reserved`. */
  balance: bigint;
  reserved: bigint;
  spent: bigint;
  spendable: bigint;
  spentTokens: bigint;
  reservedTokens: bigint;
  /** Open reservations. */
  running: number;
  /** Charges so far = the highest statement sequence. */
  charges: number;
  grants: GrantView[];
}

export interface LedgerTotals {
  /** nanoTON. `charged` = `workers` + `proxy`, always. */
  credited: bigint;
  charged: bigint;
  workers: bigint;
  proxy: bigint;
  reserved: bigint;
  /** Tokens charged to clients and owed to workers; the second never exceeds the first. */
  clientTokens: bigint;
  workerTokens: bigint;
}

/** What a copy of the ledger must add up to. nanoTON and adjusted tokens. */
export interface LedgerSums {
  credited: bigint;
  charged: bigint;
  workers: bigint;
  proxy: bigint;
  clientTokens: bigint;
  workerTokens: bigint;
  accounts: number;
  reservations: number;
  /** Proven charges of the last 90 days. */
  charges: number;
}

export interface OperationView {
  account: string;
  worker: string;
  coreHash: string;
  /** `failed`: ended with finish `error`, nothing charged, another attempt is allowed. */
  state: 'reserved' | 'charged' | 'failed' | 'released';
}

/** One proven charge, as handed to the account's owner. No content, no split of the usage. */
export interface StatementRow {
  sequence: number;
  op: string;
  coreHash: string;
  worker: string;
  tokens: bigint;
  /** All tokens charged to the account up to and including this row. */
  totalTokens: bigint;
  finish: Finish;
  grants: string[];
  receiptPublic: Uint8Array;
  receiptSignature: Uint8Array;
  authorization: Uint8Array;
  at: number;
}

/** A receipt that was not charged, kept as proof of what a worker signed. */
export interface EvidenceRow {
  op: string;
  coreHash: string;
  worker: string;
  tokens: bigint;
  finish: Finish;
  reason: 'second_receipt' | 'above_cap' | 'no_reservation' | 'finish_error';
  receiptPublic: Uint8Array;
  receiptSignature: Uint8Array;
  authorization: Uint8Array;
  at: number;
}

/**
 * The proxy's money. Only a signed receipt is ever charged, once per (account, op). Every change is checked and made
 * in memory at once; promises resolve when it is on disk, so nothing acknowledged is lost by a crash.
 *
 * An operation id is remembered until 15 minutes after its last reservation could have ended. A receipt that comes later
 * finds no reservation and is not charged; a later call under the same id needs a new signature of the account.
 *
 * Every changing call may also fail with `LEDGER_BUSY` (too many unwritten changes; retry), `LEDGER_UNAVAILABLE`
 * (the disk failed; nothing more is reserved or charged until a restart), `LEDGER_CLOSED` or `LEDGER_BAD_INPUT`.
 */
export interface Ledger {
  /**
   * Adds funds and opens the account if needed. Once per `reference`.
   * @throws CocoonError `REFERENCE_REUSED` when the reference stands for another account or amount.
   */
  credit(input: CreditInput): Promise<Balance>;

  /**
   * Checks and reserves in memory before it returns. A further attempt of the same (account, op) replaces the
   * earlier one; a refused attempt leaves the earlier one as it was.
   * @throws CocoonError `ACCOUNT_UNKNOWN`, `OP_ALREADY_CHARGED`, `INSUFFICIENT_FUNDS` (details `needed`, `available`
   * in nanoTON), `TOO_MANY_RUNNING`, `GRANT_BUSY`, `GRANT_EXHAUSTED`, `GRANT_REVOKED`, `GRANT_EXPIRED`,
   * `TOO_MANY_GRANTS`, `RESERVATION_EXPIRED` (the wished end is already past).
   */
  reserve(input: ReserveInput): Reservation;

  /**
   * Applies a verified receipt once and releases what was reserved above it. A repeat, and a different receipt for a
   * charged operation, return the first result. Finish `error` charges nothing and allows another attempt.
   * @throws CocoonError `RECEIPT_ABOVE_CAP` (kept as evidence, the reservation stays), `RESERVATION_UNKNOWN` (never
   * made, replaced, released, expired, or made before a restart and no longer worth anything to the client).
   */
  charge(input: ChargeInput): Promise<Charge>;

  /** Ends one attempt without a charge. Does nothing when that attempt is not the open one. */
  release(input: ReleaseInput): Promise<void>;

  /** Releases reservations whose end is past, and forgets what is kept no longer. Returns how many were released. */
  expire(at: number): Promise<number>;

  /** @throws CocoonError `ACCOUNT_UNKNOWN`. */
  account(account: string): AccountView;

  /** Zeros for a worker that never handed in a receipt. */
  worker(worker: string): { earnedNanoTon: bigint; receipts: number };

  totals(): LedgerTotals;

  /** The latest attempt of an operation, until 15 minutes after it could have ended. Without `account`: whoever used it first. */
  operation(op: string, account?: string): OperationView | undefined;

  /**
   * Refuses the grant from now on, also below it in a chain; running requests end normally. The caller has checked
   * that a key above the grant signed this.
   * @throws CocoonError `ACCOUNT_UNKNOWN`, `TOO_MANY_REVOCATIONS`.
   */
  revokeGrant(input: RevokeGrantInput): Promise<void>;

  /** Durable charges of an account after `sinceSequence`, oldest first; at most 1,000 rows. Kept for 90 days. */
  statement(account: string, sinceSequence: number, limit: number): Promise<StatementRow[]>;

  /** Durable uncharged receipts of an account, newest first; at most 1,000 rows. Kept for 90 days. */
  evidence(account: string, limit: number): Promise<EvidenceRow[]>;

  /**
   * Writes a whole, consistent copy of what is on disk to `path`, a file that does not exist yet. Changes wait meanwhile;
   * the sums are those of the copy. The copy may still be in the system's cache when this resolves.
   * @throws CocoonError `BACKUP_FAILED` (nothing is harmed; the file may be left in part), `BACKUP_UNSUPPORTED`.
   */
  backup(path: string): Promise<LedgerSums>;

  /** Writes what is pending and closes. Further calls fail with `LEDGER_CLOSED`. */
  close(): Promise<void>;
}
