// What the tables say: everything memory needs at the start, and proofs on request.
import type { Database } from 'libsql';
import type { EvidenceRow, Finish, StatementRow } from './ledger.js';
import type { Snapshot } from './thread-messages.js';

type Row = Readonly<Record<string, unknown>>;

const FINISHES: Readonly<Record<string, Finish>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  cancelled: 'cancelled',
  error: 'error',
};
const REASONS: Readonly<Record<string, EvidenceRow['reason']>> = {
  second_receipt: 'second_receipt',
  above_cap: 'above_cap',
  no_reservation: 'no_reservation',
  finish_error: 'finish_error',
};

/** @throws Error when a column is not of the kind it must be. */
export function readSnapshot(database: Database): Snapshot {
  const all = (sql: string): Row[] => rows(database, sql);
  const [total] = all('SELECT * FROM totals');
  if (total === undefined) throw new Error('no totals');
  return {
    prices: { pricePerToken: integer(total, 'price'), workerPerToken: integer(total, 'worker_price') },
    totals: {
      credited: integer(total, 'credited'),
      charged: integer(total, 'charged'),
      workers: integer(total, 'workers'),
      proxy: integer(total, 'proxy'),
      clientTokens: integer(total, 'client_tokens'),
      workerTokens: integer(total, 'worker_tokens'),
    },
    accounts: all('SELECT * FROM accounts').map((row) => ({
      id: text(row, 'id'),
      credited: integer(row, 'credited'),
      spent: integer(row, 'spent'),
      spentTokens: integer(row, 'spent_tokens'),
      charges: number(row, 'charges'),
    })),
    credits: all('SELECT reference, account, nano FROM credits').map((row) => ({
      reference: text(row, 'reference'),
      account: text(row, 'account'),
      nanoTon: integer(row, 'nano'),
    })),
    workers: all('SELECT * FROM workers').map((row) => ({
      id: text(row, 'id'),
      earnedNanoTon: integer(row, 'earned'),
      tokens: integer(row, 'tokens'),
      receipts: number(row, 'receipts'),
    })),
    grants: all('SELECT * FROM grants ORDER BY first_seen').map((row) => ({
      account: text(row, 'account'),
      id: text(row, 'id'),
      capTokens: integer(row, 'cap_tokens'),
      spentTokens: integer(row, 'spent_tokens'),
      maxConcurrent: number(row, 'max_concurrent'),
      expiresAt: number(row, 'expires_at'),
      firstSeen: number(row, 'first_seen'),
      revoked: number(row, 'revoked') === 1,
    })),
    reservations: all('SELECT * FROM reservations').map((row) => ({
      account: text(row, 'account'),
      op: text(row, 'op'),
      coreHash: text(row, 'core_hash'),
      worker: text(row, 'worker'),
      tokens: integer(row, 'tokens'),
      nanoTon: integer(row, 'nano'),
      expiresAt: number(row, 'expires_at'),
      grants: list(row, 'grants'),
    })),
    // What was still to be remembered when the last charge was made: no clock is needed to know that.
    charges: all(`SELECT account, sequence, op, core_hash, worker, tokens, client_nano, worker_nano, finish,
        receipt_signature, at, forget_at FROM charges
        WHERE forget_at > (SELECT at FROM charges ORDER BY rowid DESC LIMIT 1)`).map((row) => ({
      account: text(row, 'account'),
      sequence: number(row, 'sequence'),
      op: text(row, 'op'),
      coreHash: text(row, 'core_hash'),
      worker: text(row, 'worker'),
      tokens: integer(row, 'tokens'),
      client: integer(row, 'client_nano'),
      workerNano: integer(row, 'worker_nano'),
      finish: finish(row),
      signature: blob(row, 'receipt_signature'),
      at: number(row, 'at'),
      forgetAt: number(row, 'forget_at'),
    })),
  };
}

export function readStatement(
  database: Database,
  account: string,
  since: number,
  limit: number,
): StatementRow[] {
  const sql = 'SELECT * FROM charges WHERE account = ? AND sequence > ? ORDER BY sequence LIMIT ?';
  return rows(database, sql, account, since, limit).map((row) => ({
    sequence: number(row, 'sequence'),
    op: text(row, 'op'),
    coreHash: text(row, 'core_hash'),
    worker: text(row, 'worker'),
    tokens: integer(row, 'tokens'),
    totalTokens: integer(row, 'total_tokens'),
    finish: finish(row),
    grants: list(row, 'grants'),
    ...proof(row),
    at: number(row, 'at'),
  }));
}

export function readEvidence(database: Database, account: string, limit: number): EvidenceRow[] {
  const sql = 'SELECT * FROM evidence WHERE account = ? ORDER BY id DESC LIMIT ?';
  return rows(database, sql, account, limit).map((row) => ({
    op: text(row, 'op'),
    coreHash: text(row, 'core_hash'),
    worker: text(row, 'worker'),
    tokens: integer(row, 'tokens'),
    finish: finish(row),
    reason: REASONS[text(row, 'reason')] ?? broken('reason'),
    ...proof(row),
    at: number(row, 'at'),
  }));
}

function rows(database: Database, sql: string, ...values: (string | number)[]): Row[] {
  const found: unknown[] = database
    .prepare(sql)
    .safeIntegers(true)
    .all(...values);
  return found.map((row) => (typeof row === 'object' && row !== null ? { ...row } : broken('row')));
}

function proof(row: Row): {
  receiptPublic: Uint8Array;
  receiptSignature: Uint8Array;
  authorization: Uint8Array;
} {
  return {
    receiptPublic: blob(row, 'receipt_public'),
    receiptSignature: blob(row, 'receipt_signature'),
    authorization: blob(row, 'authorization'),
  };
}

function text(row: Row, name: string): string {
  const value = row[name];
  return typeof value === 'string' ? value : broken(name);
}

function integer(row: Row, name: string): bigint {
  const value = row[name];
  return typeof value === 'bigint' ? value : broken(name);
}

function number(row: Row, name: string): number {
  return Number(integer(row, name));
}

function blob(row: Row, name: string): Uint8Array {
  const value = row[name];
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return value instanceof Uint8Array ? new Uint8Array(value) : broken(name);
}

function list(row: Row, name: string): string[] {
  return text(row, name)
    .split(' ')
    .filter((item) => item !== '');
}

function finish(row: Row): Finish {
  return FINISHES[text(row, 'finish')] ?? broken('finish');
}

function broken(what: string): never {
  throw new Error(`unexpected ${what}`);
}
