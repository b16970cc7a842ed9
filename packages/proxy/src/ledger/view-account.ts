// What an account may see of itself.
import { paymentError } from './errors.js';
import type { AccountView } from './ledger.js';
import type { LedgerState } from './ledger-state.js';

/** @throws CocoonError `ACCOUNT_UNKNOWN`. */
export function viewAccount(state: LedgerState, id: string): AccountView {
  const account = state.accounts.get(id);
  if (account === undefined) throw paymentError('ACCOUNT_UNKNOWN');
  const balance = account.credited - account.spent;
  return {
    account: id,
    balance,
    reserved: account.reserved,
    spent: account.spent,
    spendable: balance - account.reserved,
    spentTokens: account.spentTokens,
    reservedTokens: account.reservedTokens,
    running: account.running,
    charges: account.charges,
    grants: Array.from(account.grants.values(), (grant) => ({
      id: grant.id,
      capTokens: grant.capTokens,
      spentTokens: grant.spentTokens,
      reservedTokens: grant.reservedTokens,
      running: grant.running,
      expiresAt: grant.expiresAt,
      revoked: grant.revoked,
    })).sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}
