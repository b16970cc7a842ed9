// What does the proxy say after the worker's end? The settlement: about money only, and nobody waits for it.
import type { Config } from './config.js';
import { CocoonError } from './errors.js';
import type { Notice } from './protocol/notice.js';
import type { VerifiedReceipt } from './receipts/verify-receipt.js';
import type { RunningAnswer } from './session/running-answer.js';
import { takeNotice } from './session/send-attempt.js';
import type { Session } from './session.js';

/** After FINAL only the proxy's settlement may follow. */
const MAX_RECORDS = 4;
const MAX_MS = 5_000;

/** Reads on in the background, tells the application, and closes the answer. */
export function readTrailer(
  answer: RunningAnswer,
  { receipt }: VerifiedReceipt,
  parts: { session: Session; config: Config },
): void {
  const { reader, connection, plan } = answer;
  const { session, config } = parts;

  function tell({ chargedTokens, spendableTokens }: Notice): void {
    if (chargedTokens !== undefined) {
      config.emit({ type: 'charged', tokens: chargedTokens, spendableTokens });
      if (chargedTokens !== receipt.tokens) config.emit({ type: 'warning', code: 'CHARGE_MISMATCH' });
    }
    if (spendableTokens !== undefined && spendableTokens < plan.capTokens) {
      config.emit({ type: 'low-balance', spendableTokens });
    }
  }

  async function read(): Promise<void> {
    for (let count = 0; count < MAX_RECORDS; count++) {
      const record = await reader.next();
      for (const event of record?.events ?? []) {
        if (event.type !== 'notice') continue;
        await takeNotice(event.notice, session, connection);
        tell(event.notice);
      }
      if (record === undefined) return;
    }
  }

  const timer = setTimeout(() => reader.close(), MAX_MS);
  read()
    .catch((error: unknown) => {
      config.emit({
        type: 'warning',
        code: error instanceof CocoonError ? error.code : 'TRAILER_UNREADABLE',
      });
    })
    .finally(() => {
      clearTimeout(timer);
      reader.close();
    });
}
