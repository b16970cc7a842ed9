// What does the proxy's ledger say about the account? One authorized question.
import { type AccountAnswer, accountAnswerLayout } from '../protocol/control.js';
import type { Session } from '../session.js';
import type { ProxyConnection } from './proxy-connection.js';

/** Remembers what can be spent. @throws CocoonError `ACCOUNT_UNKNOWN`, `GRANT_…` from the proxy */
export async function askAccount(session: Session, connection: ProxyConnection): Promise<AccountAnswer> {
  const payload = await connection.ask({
    operation: 'account',
    payload: new Uint8Array(0),
    authorize: true,
  });
  const answer = accountAnswerLayout.decode(payload);
  session.spendable = answer.spendableTokens;
  return answer;
}
