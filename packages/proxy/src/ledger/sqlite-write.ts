// How an entry changes the tables. SQL does its own arithmetic: disk and memory are two books that must agree.
import type { Database } from 'libsql';
import type { ChargeEntry, Entry, EvidenceEntry, ReserveEntry } from './entry.js';
import { PRUNE_ROWS } from './limits.js';

/** Prepares the statements once; the result applies entries inside the caller's transaction. */
export function createWriter(database: Database): (entry: Entry) => void {
  const run = (sql: string) => {
    const statement = database.prepare(sql);
    return (...values: (string | number | bigint | Uint8Array)[]): void => {
      statement.run(...values);
    };
  };
  const openAccount = run(`INSERT INTO accounts VALUES (?, ?, 0, 0, 0)
    ON CONFLICT (id) DO UPDATE SET credited = credited + excluded.credited`);
  const credit = run('INSERT INTO credits VALUES (?, ?, ?, ?)');
  const creditTotal = run('UPDATE totals SET credited = credited + ?');
  const useGrant = run(`INSERT INTO grants VALUES (?, ?, ?, 0, ?, ?, ?, 0)
    ON CONFLICT (account, id) DO UPDATE SET cap_tokens = excluded.cap_tokens,
    max_concurrent = excluded.max_concurrent, expires_at = max(expires_at, excluded.expires_at)`);
  const reserve = run('INSERT OR REPLACE INTO reservations VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const release = run('DELETE FROM reservations WHERE account = ? AND op = ?');
  const charge = run('INSERT INTO charges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const spend = run(
    'UPDATE accounts SET spent = spent + ?, spent_tokens = spent_tokens + ?, charges = ? WHERE id = ?',
  );
  const spendGrant = run('UPDATE grants SET spent_tokens = spent_tokens + ? WHERE account = ? AND id = ?');
  const earn = run(`INSERT INTO workers VALUES (?, ?, ?, 1) ON CONFLICT (id) DO UPDATE SET
    earned = earned + excluded.earned, tokens = tokens + excluded.tokens, receipts = receipts + 1`);
  const chargeTotal = run(`UPDATE totals SET charged = charged + ?, workers = workers + ?, proxy = proxy + ?,
    client_tokens = client_tokens + ?, worker_tokens = worker_tokens + ?`);
  const evidence =
    run(`INSERT OR IGNORE INTO evidence (account, op, core_hash, worker, tokens, finish, reason,
    receipt_public, receipt_signature, authorization, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const revoke = run(`INSERT INTO grants VALUES (?, ?, 0, 0, 0, ?, 0, 1)
    ON CONFLICT (account, id) DO UPDATE SET revoked = 1, expires_at = max(expires_at, excluded.expires_at)`);
  const forgetGrant = run('DELETE FROM grants WHERE account = ? AND id = ?');
  const pruneCharges = run(`DELETE FROM charges WHERE rowid IN
    (SELECT rowid FROM charges WHERE forget_at < ? ORDER BY forget_at LIMIT ${PRUNE_ROWS})`);
  const pruneEvidence = run(`DELETE FROM evidence WHERE id IN
    (SELECT id FROM evidence WHERE at < ? ORDER BY at LIMIT ${PRUNE_ROWS})`);

  const writeReserve = (entry: ReserveEntry): void => {
    const { account, op, coreHash, worker, tokens, nanoTon, expiresAt } = entry;
    for (const grant of entry.grants) {
      useGrant(account, grant.id, grant.capTokens, grant.maxConcurrent, grant.expiresAt, entry.at);
    }
    const grants = entry.grants.map((grant) => grant.id).join(' ');
    reserve(account, op, coreHash, worker, tokens, nanoTon, expiresAt, grants);
  };
  const writeCharge = (entry: ChargeEntry): void => {
    const { account, op, worker, tokens, amounts, sequence } = entry;
    const { receiptPublic, receiptSignature, authorization } = entry;
    release(account, op);
    spend(amounts.client, tokens, sequence, account);
    for (const id of entry.grants) spendGrant(tokens, account, id);
    earn(worker, amounts.worker, tokens);
    chargeTotal(amounts.client, amounts.worker, amounts.proxy, tokens, tokens);
    const money = [tokens, entry.totalTokens, amounts.client, amounts.worker];
    const proof = [receiptPublic, receiptSignature, authorization];
    const how = [entry.finish, entry.grants.join(' ')];
    charge(
      account,
      sequence,
      op,
      entry.coreHash,
      worker,
      ...money,
      ...how,
      ...proof,
      entry.at,
      entry.forgetAt,
    );
  };
  const writeEvidence = (entry: EvidenceEntry): void => {
    const { account, op, coreHash, worker, tokens, finish, reason, at } = entry;
    const { receiptPublic, receiptSignature, authorization } = entry;
    const proof = [receiptPublic, receiptSignature, authorization];
    evidence(account, op, coreHash, worker, tokens, finish, reason, ...proof, at);
  };

  return (entry) => {
    switch (entry.kind) {
      case 'credit':
        openAccount(entry.account, entry.nanoTon);
        credit(entry.reference, entry.account, entry.nanoTon, entry.at);
        return creditTotal(entry.nanoTon);
      case 'reserve':
        return writeReserve(entry);
      case 'release':
      case 'fail':
        return release(entry.account, entry.op);
      case 'charge':
        return writeCharge(entry);
      case 'evidence':
        return writeEvidence(entry);
      case 'revoke':
        return revoke(entry.account, entry.id, entry.expiresAt);
      case 'forget-grant':
        return forgetGrant(entry.account, entry.id);
      case 'prune':
        pruneCharges(entry.before);
        return pruneEvidence(entry.before);
      default:
        return entry satisfies never;
    }
  };
}
