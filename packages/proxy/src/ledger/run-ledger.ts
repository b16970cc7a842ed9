// How calls become entries: decide in memory, apply, then wait for the store. The same for every store.
import { checkAttempt, checkCredit, checkHex, checkPrices, checkTime } from './check-input.js';
import { decideCharge } from './decide-charge.js';
import { decideReserve, type ReserveLimits } from './decide-reserve.js';
import type { Entry } from './entry.js';
import type { EntryStore } from './entry-store.js';
import { badInput, ledgerClosed, paymentError, reservationUnknown } from './errors.js';
import { expireDue } from './expire-due.js';
import type {
  AccountView,
  Balance,
  Charge,
  ChargeInput,
  CreditInput,
  EvidenceRow,
  Ledger,
  LedgerSums,
  LedgerTotals,
  OperationView,
  Prices,
  ReleaseInput,
  Reservation,
  ReserveInput,
  RevokeGrantInput,
  StatementRow,
} from './ledger.js';
import type { LedgerState } from './ledger-state.js';
import {
  AMOUNT_MAX,
  GRANT_LIFE_MAX,
  HOUR,
  NEW_GRANTS_PER_HOUR,
  OPERATIONS_MAX,
  PROOFS_KEPT,
  REVOCATIONS_PER_ACCOUNT,
  RUNNING_PER_ACCOUNT,
  STATEMENT_ROWS_MAX,
} from './limits.js';
import { viewAccount } from './view-account.js';

interface Parts {
  state: LedgerState;
  store: EntryStore;
  prices: Prices;
  maxOperations?: number | undefined;
  maxRunning?: number | undefined;
  maxNewGrants?: number | undefined;
}

/** @throws CocoonError `LEDGER_BAD_INPUT` for prices that cannot be. */
export function runLedger(parts: Parts): Ledger {
  checkPrices(parts.prices);
  return new RunningLedger(parts);
}

class RunningLedger implements Ledger {
  private readonly state: LedgerState;
  private readonly store: EntryStore;
  private readonly prices: Prices;
  private readonly limits: ReserveLimits;
  private prunedAt = 0;
  private closed = false;

  constructor(parts: Parts) {
    this.state = parts.state;
    this.store = parts.store;
    this.prices = { ...parts.prices };
    this.limits = {
      maxOperations: parts.maxOperations ?? OPERATIONS_MAX,
      maxRunning: parts.maxRunning ?? RUNNING_PER_ACCOUNT,
      maxNewGrants: parts.maxNewGrants ?? NEW_GRANTS_PER_HOUR,
    };
  }

  async credit(input: CreditInput): Promise<Balance> {
    this.admit();
    checkCredit(input);
    const { account, nanoTon, reference, at } = input;
    const known = this.state.references.get(reference);
    if (known !== undefined && (known.account !== account || known.nanoTon !== nanoTon)) {
      throw paymentError('REFERENCE_REUSED');
    }
    if (this.state.totals.credited + nanoTon >= AMOUNT_MAX) throw badInput('more money than exists');
    const repeated = known !== undefined;
    await this.keep(repeated ? [] : [{ kind: 'credit', account, nanoTon, reference, at }]);
    const { balance, spendable } = this.account(account);
    return { account, balance, spendable, repeated };
  }

  reserve(input: ReserveInput): Reservation {
    this.admit();
    const { state, prices, limits } = this;
    const entry = decideReserve(state, { input, prices, limits });
    const replaced = state.accounts.get(entry.account)?.operations.get(entry.op)?.state === 'reserved';
    const durable = this.keep([entry]);
    // A caller that never looks at it must not bring the process down; the next call says that the disk failed.
    durable.catch(() => undefined);
    const { account, op, coreHash, worker, tokens, nanoTon, expiresAt } = entry;
    return { account, op, coreHash, worker, tokens, nanoTon, expiresAt, replaced, durable };
  }

  async charge(input: ChargeInput): Promise<Charge> {
    this.admit();
    const decision = decideCharge(this.state, { input, prices: this.prices });
    const durable = this.keep(decision.entries);
    switch (decision.outcome) {
      case 'charged': {
        // Read before waiting: a later attempt may take the place of a failed one meanwhile.
        const operation = this.state.accounts.get(input.account)?.operations.get(input.op);
        await durable;
        if (operation?.state !== 'charged' && operation?.state !== 'failed')
          throw reservationUnknown('unknown');
        return operation.result;
      }
      case 'repeated':
        await durable;
        return decision.result;
      case 'refused':
        await durable;
        throw decision.error;
      default:
        return decision satisfies never;
    }
  }

  async release(input: ReleaseInput): Promise<void> {
    this.admit();
    checkAttempt(input);
    const { account, op, reason, at } = input;
    const operation = this.state.accounts.get(account)?.operations.get(op);
    const open = operation?.state === 'reserved' && operation.coreHash === input.coreHash;
    await this.keep(open ? [{ kind: 'release', account, op, reason, at }] : []);
  }

  async expire(at: number): Promise<number> {
    checkTime('at', at);
    let released = 0;
    for (;;) {
      this.admit();
      const batch = expireDue(this.state, at);
      released += batch.released;
      await this.store.append(batch.entries);
      if (batch.done) break;
    }
    if (at - this.prunedAt >= HOUR) {
      this.prunedAt = at;
      await this.keep([{ kind: 'prune', before: Math.max(0, at - PROOFS_KEPT) }]);
    }
    return released;
  }

  account(account: string): AccountView {
    return viewAccount(this.state, account);
  }

  worker(worker: string): { earnedNanoTon: bigint; receipts: number } {
    const { earnedNanoTon = 0n, receipts = 0 } = this.state.workers.get(worker) ?? {};
    return { earnedNanoTon, receipts };
  }

  totals(): LedgerTotals {
    return { ...this.state.totals };
  }

  operation(op: string, account?: string): OperationView | undefined {
    const user = account ?? this.state.firstUser.get(op);
    const operation = user === undefined ? undefined : this.state.accounts.get(user)?.operations.get(op);
    if (user === undefined || operation === undefined) return undefined;
    const { worker, coreHash, state } = operation;
    return { account: user, worker, coreHash, state };
  }

  async revokeGrant(input: RevokeGrantInput): Promise<void> {
    this.admit();
    checkHex('account', input.account);
    checkHex('grant id', input.id);
    checkTime('at', input.at);
    const account = this.state.accounts.get(input.account);
    if (account === undefined) throw paymentError('ACCOUNT_UNKNOWN');
    const known = account.grants.get(input.id);
    if (known?.revoked !== true && account.revocations >= REVOCATIONS_PER_ACCOUNT) {
      throw paymentError('TOO_MANY_REVOCATIONS', { limit: REVOCATIONS_PER_ACCOUNT });
    }
    const expiresAt = input.expiresAt ?? input.at + GRANT_LIFE_MAX;
    checkTime('expiresAt', expiresAt);
    await this.keep([{ kind: 'revoke', account: input.account, id: input.id, expiresAt, at: input.at }]);
  }

  async statement(account: string, sinceSequence: number, limit: number): Promise<StatementRow[]> {
    this.admit();
    checkTime('sinceSequence', sinceSequence);
    return this.store.statement(account, sinceSequence, checkLimit(limit));
  }

  async evidence(account: string, limit: number): Promise<EvidenceRow[]> {
    this.admit();
    return this.store.evidence(account, checkLimit(limit));
  }

  async backup(path: string): Promise<LedgerSums> {
    this.admit();
    return this.store.backup(path);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.store.close();
  }

  private admit(): void {
    if (this.closed) throw ledgerClosed();
    this.store.admit();
  }

  private keep(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) this.state.apply(entry);
    return this.store.append(entries);
  }
}

function checkLimit(limit: number): number {
  checkTime('limit', limit);
  return Math.min(limit, STATEMENT_ROWS_MAX);
}
