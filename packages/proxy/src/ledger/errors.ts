// How the ledger says no: one constructor per kind of refusal, with what to do about it.
import { CocoonError } from '@cocoonkit/sdk/errors';

type Details = Readonly<Record<string, string | number | boolean>>;

const PAYMENT: Record<string, [message: string, remedy: string]> = {
  ACCOUNT_UNKNOWN: ['This ledger holds no such account.', 'Fund the account first.'],
  OP_ALREADY_CHARGED: [
    'This operation was answered and charged before.',
    'Use a new operation id for a new call.',
  ],
  INSUFFICIENT_FUNDS: [
    'The balance does not cover the most this call may cost.',
    'Top up, or lower the cap.',
  ],
  TOO_MANY_RUNNING: ['The account has as many calls running as allowed.', 'Wait until one of them ends.'],
  GRANT_BUSY: ['The grant has as many calls running as it allows.', 'Wait until one of them ends.'],
  GRANT_EXHAUSTED: [
    'The grant does not cover the most this call may cost.',
    'Ask for a new grant, or lower the cap.',
  ],
  GRANT_REVOKED: ['The grant was revoked.', 'Ask for a new grant.'],
  GRANT_EXPIRED: ['The grant has expired.', 'Ask for a new grant.'],
  TOO_MANY_GRANTS: ['The account brought too many new grants within an hour.', 'Issue fewer, longer grants.'],
  TOO_MANY_REVOCATIONS: ['The account holds too many revoked grants.', 'Wait until some have expired.'],
  RESERVATION_EXPIRED: [
    'The end wished for this reservation is already past.',
    'Check the clock and sign again.',
  ],
  REFERENCE_REUSED: ['This reference stands for another payment.', 'Use one reference per payment.'],
};

/** What the account, or whoever acts for it, must change. */
export function paymentError(code: keyof typeof PAYMENT, details?: Details): CocoonError {
  const [message, remedy] = PAYMENT[code] ?? ['The ledger refused the payment.', 'See the code.'];
  return new CocoonError({ kind: 'payment', code: String(code), message, remedy, details });
}

/** The receipt names more than was reserved: the worker broke the cap. */
export function receiptAboveCap(tokens: bigint, cap: bigint): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code: 'RECEIPT_ABOVE_CAP',
    message: `The receipt names ${tokens} tokens, the reservation allows ${cap}.`,
    remedy: 'Nothing was charged and the receipt is kept as evidence. Hand in a receipt within the cap.',
    details: { tokens: String(tokens), cap: String(cap) },
  });
}

/** There is no open reservation this receipt could be paid from. */
export function reservationUnknown(
  reason: 'unknown' | 'replaced' | 'released' | 'expired' | 'restart',
): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code: 'RESERVATION_UNKNOWN',
    message: `No open reservation belongs to this receipt (${reason}).`,
    remedy: 'Nothing was charged. Do not send this receipt again.',
    details: { reason },
  });
}

export function badInput(what: string): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'LEDGER_BAD_INPUT',
    message: `Not acceptable to the ledger: ${what}.`,
    remedy: 'Pass ids as lower-case hex, amounts as non-negative bigint and times as whole unix seconds.',
  });
}

export function ledgerBusy(what: string, limit: number): CocoonError {
  return new CocoonError({
    kind: 'network',
    code: 'LEDGER_BUSY',
    message: `The ledger is at its limit of ${limit} ${what}.`,
    remedy: 'Try again shortly; nothing was changed.',
    details: { limit },
  });
}

export function ledgerUnavailable(cause: string): CocoonError {
  return new CocoonError({
    kind: 'network',
    code: 'LEDGER_UNAVAILABLE',
    message: `The ledger cannot write to its disk (${cause}).`,
    remedy: 'Free or repair the disk and restart the proxy. Nothing more is reserved or charged until then.',
    details: { cause },
  });
}

export function backupFailed(cause: string): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'BACKUP_FAILED',
    message: `The ledger could not be copied (${cause}).`,
    remedy: 'Check that the disk has room for a second ledger. The ledger itself goes on unharmed.',
    details: { cause },
  });
}

export function backupUnsupported(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'BACKUP_UNSUPPORTED',
    message: 'A ledger in memory cannot be backed up.',
    remedy: 'Run the proxy with --ledger sqlite.',
  });
}

export function ledgerClosed(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'LEDGER_CLOSED',
    message: 'The ledger was closed.',
    remedy: 'Open it again.',
  });
}
