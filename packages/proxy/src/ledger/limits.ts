// Which bounds keep the ledger's memory, queue and disk finite.

/** Requests of one account at once, where the operator sets nothing else. */
export const RUNNING_PER_ACCOUNT = 32;
/** Grants of one account first seen within an hour. */
export const NEW_GRANTS_PER_HOUR = 1_000;
export const GRANT_CHAIN_MAX = 2;
/** Revoked grants an account may hold; they are forgotten an hour after their expiry. */
export const REVOCATIONS_PER_ACCOUNT = 10_000;
/** Different uncharged receipts kept for one operation. */
export const EVIDENCE_PER_OPERATION = 4;
/** Operations in memory, open or ended lately; about 1 kB each. */
export const OPERATIONS_MAX = 2_000_000;
/** Changes not yet on disk. */
export const PENDING_MAX = 10_000;
/** Changes in one transaction. */
export const BATCH_MAX = 1_000;
/** Statements and evidence being read at once. */
export const READS_MAX = 100;
export const STATEMENT_ROWS_MAX = 1_000;
/** Deadlines handled in one transaction of `expire`. */
export const EXPIRE_BATCH = 500;
/** Rows deleted at once when their 90 days are over. */
export const PRUNE_ROWS = 5_000;
export const DATABASE_BYTES_MAX = 64 * 1024 ** 3;

export const ID_CHARACTERS_MAX = 128;
export const RECEIPT_BYTES_MAX = 4_096;
export const SIGNATURE_BYTES_MAX = 256;
export const AUTHORIZATION_BYTES_MAX = 8_192;
/** 2^62: sums of amounts stay within SQLite's 64-bit integers. */
export const AMOUNT_MAX = 1n << 62n;

export const HOUR = 3_600;
/** How long an operation id is remembered after its reservation could have ended, seconds. */
export const OPERATION_KEPT = 900;
/** How long proofs are kept, seconds. */
export const PROOFS_KEPT = 90 * 24 * HOUR;
/** How long an issuer's grant may live, seconds: a revocation of unknown expiry is kept this long. */
export const GRANT_LIFE_MAX = 90 * 24 * HOUR;
