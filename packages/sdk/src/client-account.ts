// How much money is left at this proxy? Asked with the account's own signature.
import type { Config } from './config.js';
import { askAccount } from './session/ask-account.js';
import type { Session } from './session.js';

/** Amounts in adjusted tokens, as the proxy's ledger has them. */
export interface AccountStatus {
  readonly balanceTokens: bigint;
  readonly reservedTokens: bigint;
  readonly spentTokens: bigint;
  readonly spendableTokens: bigint;
  /** nanoTON of `spendableTokens`. */
  readonly spendableNanoTon: bigint;
  readonly running: number;
  readonly at: Date;
  readonly simulated: boolean;
}

/** @throws CocoonError `ACCOUNT_REQUIRED` before anything is sent; `ACCOUNT_UNKNOWN`, `GRANT_…` from the proxy */
export async function accountStatus({
  session,
}: {
  session: Session;
  config: Config;
}): Promise<AccountStatus> {
  await session.credentials.current();
  const connection = await session.proxy();
  const { at, ...amounts } = await askAccount(session, connection);
  const { prices } = await session.registry();
  return {
    ...amounts,
    spendableNanoTon: amounts.spendableTokens * prices.pricePerToken,
    at: new Date(at * 1000),
    simulated: connection.known?.simulated ?? false,
  };
}
