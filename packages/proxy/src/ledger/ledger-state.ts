// What everybody has, owes and has reserved right now, and how each entry changes it. Knows no rules: see `decide-*`.
import {
  type AccountState,
  createAccount,
  type Due,
  type GrantState,
  NO_EVIDENCE,
  type OpenReservation,
  type Operation,
  type OperationState,
  signatureKey,
  type WorkerState,
} from './account-state.js';
import { Deadlines } from './deadlines.js';
import type { ChargeEntry, Entry } from './entry.js';
import type { Charge, GrantTerms, LedgerTotals } from './ledger.js';
import { EVIDENCE_PER_OPERATION, HOUR, OPERATION_KEPT } from './limits.js';

export class LedgerState {
  readonly accounts = new Map<string, AccountState>();
  readonly workers = new Map<string, WorkerState>();
  readonly references = new Map<string, { account: string; nanoTon: bigint }>();
  /** Which account used an operation id first. */
  readonly firstUser = new Map<string, string>();
  readonly due = new Deadlines<Due>();
  readonly totals: LedgerTotals = {
    credited: 0n,
    charged: 0n,
    workers: 0n,
    proxy: 0n,
    reserved: 0n,
    clientTokens: 0n,
    workerTokens: 0n,
  };
  operations = 0;

  openAccount(id: string): AccountState {
    let account = this.accounts.get(id);
    if (account === undefined) {
      account = createAccount();
      this.accounts.set(id, account);
    }
    return account;
  }

  openWorker(id: string): WorkerState {
    let worker = this.workers.get(id);
    if (worker === undefined) {
      worker = { earnedNanoTon: 0n, tokens: 0n, receipts: 0 };
      this.workers.set(id, worker);
    }
    return worker;
  }

  apply(entry: Entry): void {
    switch (entry.kind) {
      case 'credit':
        this.openAccount(entry.account).credited += entry.nanoTon;
        this.totals.credited += entry.nanoTon;
        this.references.set(entry.reference, { account: entry.account, nanoTon: entry.nanoTon });
        return;
      case 'reserve':
        for (const grant of entry.grants) this.noteGrant(entry.account, grant, entry.at);
        this.reserve({ ...entry, grants: entry.grants.map((grant) => grant.id), recovered: false });
        return;
      case 'release':
        this.close(entry.account, entry.op, entry.at, { state: 'released' });
        return;
      case 'fail':
        this.close(entry.account, entry.op, entry.at, {
          state: 'failed',
          result: chargeResult(entry, 0, { client: 0n, worker: 0n, proxy: 0n }),
          signature: signatureKey(entry.receiptSignature),
        });
        return;
      case 'charge':
        this.charge(entry);
        return;
      case 'evidence':
        this.noteEvidence(entry.account, entry.op, signatureKey(entry.receiptSignature));
        return;
      case 'revoke':
        this.revoke(entry.account, entry.id, entry.expiresAt);
        return;
      case 'forget-grant':
        this.forgetGrant(entry.account, entry.id);
        return;
      case 'prune':
        return;
      default:
        entry satisfies never;
    }
  }

  /** Makes the reservation the open one of its operation; an earlier one gives way. */
  reserve(attempt: OpenReservation & { account: string; op: string }): void {
    const { account: id, op, coreHash, worker, tokens, nanoTon, expiresAt, grants, recovered } = attempt;
    const account = this.openAccount(id);
    const earlier = account.operations.get(op);
    if (earlier?.state === 'reserved') this.unreserve(account, earlier.reservation);
    const reservation = { coreHash, worker, tokens, nanoTon, expiresAt, grants, recovered };
    account.reserved += nanoTon;
    account.reservedTokens += tokens;
    account.running += 1;
    this.totals.reserved += nanoTon;
    for (const grantId of grants) {
      const grant = account.grants.get(grantId);
      if (grant === undefined) continue;
      grant.reservedTokens += tokens;
      grant.running += 1;
    }
    const forgetAt = expiresAt + OPERATION_KEPT;
    const evidence = earlier?.evidence ?? NO_EVIDENCE;
    this.putOperation(id, op, { state: 'reserved', reservation, coreHash, worker, forgetAt, evidence });
    this.due.add(expiresAt, { account: id, op });
  }

  putOperation(accountId: string, op: string, operation: Operation): void {
    const account = this.openAccount(accountId);
    if (!account.operations.has(op)) this.operations += 1;
    account.operations.set(op, operation);
    if (!this.firstUser.has(op)) this.firstUser.set(op, accountId);
  }

  forgetOperation(accountId: string, op: string): void {
    if (this.accounts.get(accountId)?.operations.delete(op) === true) this.operations -= 1;
    if (this.firstUser.get(op) === accountId) this.firstUser.delete(op);
  }

  putGrant(accountId: string, grant: GrantState, firstSeen: number): void {
    const account = this.openAccount(accountId);
    account.grants.set(grant.id, grant);
    if (grant.revoked) account.revocations += 1;
    account.newGrants.add(firstSeen);
    this.due.add(grant.expiresAt + HOUR, { account: accountId, grant: grant.id });
  }

  private noteGrant(accountId: string, terms: GrantTerms, at: number): void {
    const known = this.openAccount(accountId).grants.get(terms.id);
    if (known === undefined) {
      this.putGrant(
        accountId,
        { ...terms, spentTokens: 0n, reservedTokens: 0n, running: 0, revoked: false },
        at,
      );
      return;
    }
    known.capTokens = terms.capTokens;
    known.maxConcurrent = terms.maxConcurrent;
    known.expiresAt = Math.max(known.expiresAt, terms.expiresAt);
  }

  private revoke(accountId: string, id: string, expiresAt: number): void {
    const account = this.openAccount(accountId);
    const known = account.grants.get(id);
    if (known?.revoked === true) return;
    account.revocations += 1;
    if (known !== undefined) {
      known.revoked = true;
      known.expiresAt = Math.max(known.expiresAt, expiresAt);
      return;
    }
    const none = { capTokens: 0n, maxConcurrent: 0, spentTokens: 0n, reservedTokens: 0n, running: 0 };
    account.grants.set(id, { id, expiresAt, revoked: true, ...none });
    this.due.add(expiresAt + HOUR, { account: accountId, grant: id });
  }

  private forgetGrant(accountId: string, id: string): void {
    const account = this.openAccount(accountId);
    if (account.grants.get(id)?.revoked === true) account.revocations -= 1;
    account.grants.delete(id);
  }

  private charge(entry: ChargeEntry): void {
    const { amounts } = entry;
    this.close(entry.account, entry.op, entry.at, {
      state: 'charged',
      result: chargeResult(entry, entry.sequence, amounts),
      signature: signatureKey(entry.receiptSignature),
    });
    const account = this.openAccount(entry.account);
    account.spent += amounts.client;
    account.spentTokens += entry.tokens;
    account.charges = entry.sequence;
    for (const id of entry.grants) {
      const grant = account.grants.get(id);
      if (grant !== undefined) grant.spentTokens += entry.tokens;
    }
    const worker = this.openWorker(entry.worker);
    worker.earnedNanoTon += amounts.worker;
    worker.tokens += entry.tokens;
    worker.receipts += 1;
    this.totals.charged += amounts.client;
    this.totals.workers += amounts.worker;
    this.totals.proxy += amounts.proxy;
    this.totals.clientTokens += entry.tokens;
    this.totals.workerTokens += entry.tokens;
  }

  private close(accountId: string, op: string, at: number, ended: OperationState): void {
    const account = this.openAccount(accountId);
    const open = account.operations.get(op);
    if (open?.state !== 'reserved') return;
    this.unreserve(account, open.reservation);
    const { coreHash, worker, evidence } = open;
    const forgetAt = Math.max(open.forgetAt, at + OPERATION_KEPT);
    account.operations.set(op, { ...ended, coreHash, worker, evidence, forgetAt });
  }

  private unreserve(account: AccountState, reservation: OpenReservation): void {
    account.reserved -= reservation.nanoTon;
    account.reservedTokens -= reservation.tokens;
    account.running -= 1;
    this.totals.reserved -= reservation.nanoTon;
    for (const id of reservation.grants) {
      const grant = account.grants.get(id);
      if (grant === undefined) continue;
      grant.reservedTokens -= reservation.tokens;
      grant.running -= 1;
    }
  }

  private noteEvidence(accountId: string, op: string, signature: string): void {
    const operation = this.accounts.get(accountId)?.operations.get(op);
    if (operation === undefined || operation.evidence.length >= EVIDENCE_PER_OPERATION) return;
    operation.evidence = [...operation.evidence, signature];
  }
}

function chargeResult(
  entry: Pick<Charge, 'account' | 'op' | 'coreHash' | 'worker' | 'tokens' | 'finish' | 'at'>,
  sequence: number,
  amounts: Charge['amounts'],
): Charge {
  const { account, op, coreHash, worker, finish, at } = entry;
  return {
    account,
    op,
    coreHash,
    worker,
    tokens: sequence === 0 ? 0n : entry.tokens,
    finish,
    sequence,
    amounts,
    at,
    repeated: false,
  };
}
