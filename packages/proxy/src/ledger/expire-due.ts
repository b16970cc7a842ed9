// What has reached its end: reservations to release, operations and grants to forget.

import type { Due } from './account-state.js';
import type { Entry } from './entry.js';
import type { LedgerState } from './ledger-state.js';
import { EXPIRE_BATCH, HOUR, OPERATION_KEPT } from './limits.js';

/** A grant still in use after its time is looked at again this much later, seconds. */
const LOOK_AGAIN = 60;

/** Applies what is due by `at`, at most `EXPIRE_BATCH` things; the entries are already applied. */
export function expireDue(
  state: LedgerState,
  at: number,
): { entries: Entry[]; released: number; done: boolean } {
  const entries: Entry[] = [];
  let released = 0;
  for (let count = 0; count < EXPIRE_BATCH; count++) {
    const due = state.due.take(at);
    if (due === undefined) return { entries, released, done: true };
    const entry = 'op' in due ? operationDue(state, due, at) : grantDue(state, due, at);
    if (entry === undefined) continue;
    state.apply(entry);
    entries.push(entry);
    if (entry.kind === 'release') {
      released += 1;
      state.due.add(operationEnd(state, due) ?? at + OPERATION_KEPT, due);
    }
  }
  return { entries, released, done: false };
}

function operationDue(
  state: LedgerState,
  due: { account: string; op: string },
  at: number,
): Entry | undefined {
  const { account, op } = due;
  const operation = state.accounts.get(account)?.operations.get(op);
  if (operation === undefined) return undefined;
  if (operation.state === 'reserved') {
    const { expiresAt } = operation.reservation;
    if (expiresAt <= at) return { kind: 'release', account, op, reason: 'expired', at };
    state.due.add(expiresAt, due);
    return undefined;
  }
  if (operation.forgetAt <= at) state.forgetOperation(account, op);
  else state.due.add(operation.forgetAt, due);
  return undefined;
}

function operationEnd(state: LedgerState, due: Due): number | undefined {
  return 'op' in due ? state.accounts.get(due.account)?.operations.get(due.op)?.forgetAt : undefined;
}

function grantDue(
  state: LedgerState,
  due: { account: string; grant: string },
  at: number,
): Entry | undefined {
  const grant = state.accounts.get(due.account)?.grants.get(due.grant);
  if (grant === undefined) return undefined;
  if (grant.expiresAt + HOUR > at) state.due.add(grant.expiresAt + HOUR, due);
  else if (grant.running > 0) state.due.add(at + LOOK_AGAIN, due);
  else return { kind: 'forget-grant', account: due.account, id: due.grant };
  return undefined;
}
