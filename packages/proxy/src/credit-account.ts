// How does the operator add funds? By asking the running proxy, which alone writes the ledger.
import { CocoonError } from '@cocoonkit/sdk/errors';

const TIMEOUT_MS = 10_000;

export interface Credited {
  account: string;
  /** nanoTON, decimal text. */
  balance: string;
  spendable: string;
  repeated: boolean;
}

/** @throws CocoonError `CREDIT_REFUSED` */
export async function creditAccount(options: {
  adminUrl: string;
  token: string;
  account: string;
  nanoTon: bigint;
  reference: string;
  fetch: typeof globalThis.fetch;
}): Promise<Credited> {
  const { adminUrl, token, account, nanoTon, reference, fetch } = options;
  const response = await fetch(`${adminUrl}/admin/credit`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ account, nanoTon: String(nanoTon), reference }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw refused('is not reachable', cause);
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok || typeof answer !== 'object' || answer === null)
    throw refused(`answered with status ${response.status}`);
  const fields: Record<string, unknown> = Object.fromEntries(Object.entries(answer));
  const text = (name: string): string => String(fields[name]);
  return {
    account: text('account'),
    balance: text('balance'),
    spendable: text('spendable'),
    repeated: fields['repeated'] === true,
  };
}

/** nanoTON of a decimal amount with at most nine places. @throws CocoonError `AMOUNT_INVALID` */
export function parseTon(text: string): bigint {
  const match = /^([0-9]{1,9})(?:\.([0-9]{1,9}))?$/.exec(text);
  const nano =
    match === null ? 0n : BigInt(match[1] ?? '0') * 1_000_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
  if (nano > 0n) return nano;
  throw new CocoonError({
    kind: 'config',
    code: 'AMOUNT_INVALID',
    message: 'The amount is not a positive number of TON with at most nine decimal places.',
    remedy: 'Write for example 1.5.',
  });
}

function refused(what: string, cause?: unknown): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'CREDIT_REFUSED',
    message: `The proxy’s admin listener ${what}.`,
    remedy: 'Check that the proxy runs on this directory and that the account id is 64 hex digits.',
    cause,
  });
}
