// How memory is rebuilt from disk after a restart.
import { NO_EVIDENCE, signatureKey } from './account-state.js';
import type { Charge } from './ledger.js';
import { LedgerState } from './ledger-state.js';
import type { Snapshot } from './thread-messages.js';

/** Reservations come back marked as recovered: they are paid only for answers the client can still fetch. */
export function restoreState(snapshot: Snapshot): LedgerState {
  const state = new LedgerState();
  Object.assign(state.totals, snapshot.totals);
  for (const { id, ...money } of snapshot.accounts) Object.assign(state.openAccount(id), money);
  for (const { reference, account, nanoTon } of snapshot.credits) {
    state.references.set(reference, { account, nanoTon });
  }
  for (const { id, ...earned } of snapshot.workers) Object.assign(state.openWorker(id), earned);
  for (const { account, firstSeen, ...terms } of snapshot.grants) {
    state.putGrant(account, { ...terms, reservedTokens: 0n, running: 0 }, firstSeen);
  }
  for (const charge of snapshot.charges) restoreCharge(state, charge);
  for (const reservation of snapshot.reservations) state.reserve({ ...reservation, recovered: true });
  return state;
}

function restoreCharge(state: LedgerState, charge: Snapshot['charges'][number]): void {
  const {
    account,
    op,
    coreHash,
    worker,
    tokens,
    finish,
    sequence,
    client,
    workerNano,
    at,
    forgetAt,
    signature,
  } = charge;
  const amounts = { client, worker: workerNano, proxy: client - workerNano };
  const result: Charge = {
    account,
    op,
    coreHash,
    worker,
    tokens,
    finish,
    sequence,
    amounts,
    at,
    repeated: false,
  };
  state.putOperation(account, op, {
    state: 'charged',
    result,
    signature: signatureKey(signature),
    coreHash,
    worker,
    forgetAt,
    evidence: NO_EVIDENCE,
  });
  state.due.add(forgetAt, { account, op });
}
