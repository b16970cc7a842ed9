// May this call run, and what is set aside for it?

import type { AccountState, OpenReservation } from './account-state.js';
import { checkReserve } from './check-input.js';
import type { ReserveEntry } from './entry.js';
import { ledgerBusy, paymentError } from './errors.js';
import type { GrantTerms, Prices, ReserveInput } from './ledger.js';
import type { LedgerState } from './ledger-state.js';

export interface ReserveLimits {
  maxOperations: number;
  /** Requests of one account at once. */
  maxRunning: number;
  /** Grants of one account first seen within an hour. */
  maxNewGrants: number;
}

/**
 * Changes nothing. The earlier attempt of the operation counts as already gone.
 * @throws CocoonError the refusals of `Ledger.reserve`.
 */
export function decideReserve(
  state: LedgerState,
  { input, prices, limits }: { input: ReserveInput; prices: Prices; limits: ReserveLimits },
): ReserveEntry {
  checkReserve(input);
  const account = state.accounts.get(input.account);
  if (account === undefined) throw paymentError('ACCOUNT_UNKNOWN');
  const operation = account.operations.get(input.op);
  if (operation?.state === 'charged') throw paymentError('OP_ALREADY_CHARGED');
  if (operation === undefined && state.operations >= limits.maxOperations)
    throw ledgerBusy('operations', limits.maxOperations);
  if (input.expiresAt <= input.at) throw paymentError('RESERVATION_EXPIRED');

  const earlier = operation?.state === 'reserved' ? operation.reservation : undefined;
  checkGrants(account, input, earlier, limits.maxNewGrants);
  if (account.running - (earlier === undefined ? 0 : 1) >= limits.maxRunning) {
    throw paymentError('TOO_MANY_RUNNING', { limit: limits.maxRunning });
  }
  const needed = input.tokens * prices.pricePerToken;
  const available = account.credited - account.spent - account.reserved + (earlier?.nanoTon ?? 0n);
  if (needed > available) {
    throw paymentError('INSUFFICIENT_FUNDS', { needed: String(needed), available: String(available) });
  }

  const { op, coreHash, worker, tokens, expiresAt, at } = input;
  const grants = input.grants.map((grant) => ({ ...grant }));
  return {
    kind: 'reserve',
    account: input.account,
    op,
    coreHash,
    worker,
    tokens,
    nanoTon: needed,
    expiresAt,
    grants,
    at,
  };
}

function checkGrants(
  account: AccountState,
  input: ReserveInput,
  earlier: OpenReservation | undefined,
  maxNew: number,
): void {
  let unseen = 0;
  for (const grant of input.grants) {
    checkGrant(account, grant, input, earlier);
    if (!account.grants.has(grant.id)) unseen += 1;
  }
  if (unseen > 0 && account.newGrants.countAt(input.at) + unseen > maxNew) {
    throw paymentError('TOO_MANY_GRANTS', { limit: maxNew });
  }
}

function checkGrant(
  account: AccountState,
  grant: GrantTerms,
  input: ReserveInput,
  earlier: OpenReservation | undefined,
): void {
  const known = account.grants.get(grant.id);
  const details = { grant: grant.id };
  if (known?.revoked === true) throw paymentError('GRANT_REVOKED', details);
  if (grant.expiresAt <= input.at) throw paymentError('GRANT_EXPIRED', details);
  const replaced = earlier?.grants.includes(grant.id) === true ? earlier : undefined;
  const running = (known?.running ?? 0) - (replaced === undefined ? 0 : 1);
  if (running >= grant.maxConcurrent) {
    throw paymentError('GRANT_BUSY', { ...details, limit: grant.maxConcurrent });
  }
  const used = (known?.spentTokens ?? 0n) + (known?.reservedTokens ?? 0n) - (replaced?.tokens ?? 0n);
  if (used + input.tokens > grant.capTokens) {
    const available = used < grant.capTokens ? grant.capTokens - used : 0n;
    throw paymentError('GRANT_EXHAUSTED', {
      ...details,
      needed: String(input.tokens),
      available: String(available),
    });
  }
}
