// What does this verified receipt do: charge, repeat, or stay as evidence?
import type { CocoonError } from '@cocoonkit/sdk/errors';
import { type AccountState, type OpenReservation, type Operation, signatureKey } from './account-state.js';
import { checkCharge } from './check-input.js';
import type { Entry, EvidenceEntry, Settled } from './entry.js';
import { paymentError, receiptAboveCap, reservationUnknown } from './errors.js';
import type { Charge, ChargeInput, Finish, Prices } from './ledger.js';
import type { LedgerState } from './ledger-state.js';
import { EVIDENCE_PER_OPERATION, OPERATION_KEPT } from './limits.js';

export type ChargeDecision =
  | { outcome: 'charged'; entries: Entry[] }
  | { outcome: 'repeated'; entries: Entry[]; result: Charge }
  | { outcome: 'refused'; entries: Entry[]; error: CocoonError };

/** Ends that leave the client with a whole answer it can still fetch after a restart of the proxy. */
const COMPLETE: ReadonlySet<Finish> = new Set(['stop', 'length', 'tool_calls']);

/**
 * Changes nothing; the entries are to be applied whatever the outcome.
 * @throws CocoonError `ACCOUNT_UNKNOWN`, `RESERVATION_UNKNOWN` for an operation never seen, `LEDGER_BAD_INPUT`.
 */
export function decideCharge(
  state: LedgerState,
  { input, prices }: { input: ChargeInput; prices: Prices },
): ChargeDecision {
  checkCharge(input);
  const account = state.accounts.get(input.account);
  if (account === undefined) throw paymentError('ACCOUNT_UNKNOWN');
  const operation = account.operations.get(input.op);
  if (operation === undefined) throw reservationUnknown('unknown');
  const receipt = copyReceipt(input);
  switch (operation.state) {
    case 'charged':
    case 'failed': {
      const same =
        isAttempt(operation, input) && operation.signature === signatureKey(receipt.receiptSignature);
      const entries = same ? [] : evidence(operation, receipt, 'second_receipt');
      return { outcome: 'repeated', entries, result: { ...operation.result, repeated: true } };
    }
    case 'released':
      return refuse('released', evidence(operation, receipt, 'no_reservation'));
    case 'reserved':
      return decideOpen({ account, operation, reservation: operation.reservation, input, receipt, prices });
    default:
      return operation satisfies never;
  }
}

function decideOpen(given: {
  account: AccountState;
  operation: Operation;
  reservation: OpenReservation;
  input: ChargeInput;
  receipt: Settled;
  prices: Prices;
}): ChargeDecision {
  const { account, operation, reservation, input, receipt, prices } = given;
  const { op, at } = input;
  if (!isAttempt(reservation, input))
    return refuse('replaced', evidence(operation, receipt, 'no_reservation'));

  // The client may be gone for good after a restart: only a complete answer it can still fetch is worth paying for.
  const worthless = reservation.recovered && !(input.resumable === true && COMPLETE.has(input.finish));
  const ended = at >= reservation.expiresAt ? 'expired' : worthless ? 'restart' : undefined;
  if (ended !== undefined) {
    const release: Entry = { kind: 'release', account: input.account, op, reason: ended, at };
    return refuse(ended, [release, ...evidence(operation, receipt, 'no_reservation')]);
  }
  if (input.finish === 'error') {
    const entries: Entry[] = [{ kind: 'fail', ...receipt }, ...evidence(operation, receipt, 'finish_error')];
    return { outcome: 'charged', entries };
  }
  if (input.tokens > reservation.tokens) {
    const entries = evidence(operation, receipt, 'above_cap');
    return { outcome: 'refused', entries, error: receiptAboveCap(input.tokens, reservation.tokens) };
  }
  const client = input.tokens * prices.pricePerToken;
  const worker = input.tokens * prices.workerPerToken;
  const charge: Entry = {
    kind: 'charge',
    ...receipt,
    sequence: account.charges + 1,
    totalTokens: account.spentTokens + input.tokens,
    amounts: { client, worker, proxy: client - worker },
    grants: reservation.grants,
    forgetAt: Math.max(reservation.expiresAt, at) + OPERATION_KEPT,
  };
  return { outcome: 'charged', entries: [charge] };
}

function refuse(reason: Parameters<typeof reservationUnknown>[0], entries: Entry[]): ChargeDecision {
  return { outcome: 'refused', entries, error: reservationUnknown(reason) };
}

function isAttempt(attempt: { coreHash: string; worker: string }, input: ChargeInput): boolean {
  return attempt.coreHash === input.coreHash && attempt.worker === input.worker;
}

/** Each different receipt once, and only a few per operation, or a worker could fill the disk. */
function evidence(operation: Operation, receipt: Settled, reason: EvidenceEntry['reason']): Entry[] {
  const known = operation.evidence.includes(signatureKey(receipt.receiptSignature));
  if (known || operation.evidence.length >= EVIDENCE_PER_OPERATION) return [];
  return [{ kind: 'evidence', ...receipt, reason }];
}

/** Own copies: a view would drag its whole buffer to the disk thread and could be changed by the caller. */
function copyReceipt(input: ChargeInput): Settled {
  const { account, op, coreHash, worker, tokens, finish, at } = input;
  return {
    account,
    op,
    coreHash,
    worker,
    tokens,
    finish,
    at,
    receiptPublic: new Uint8Array(input.receiptPublic),
    receiptSignature: new Uint8Array(input.receiptSignature),
    authorization: new Uint8Array(input.authorization),
  };
}
