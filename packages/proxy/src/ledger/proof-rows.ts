// How a charge or an uncharged receipt looks to the account's owner.
import type { ChargeEntry, EvidenceEntry } from './entry.js';
import type { EvidenceRow, StatementRow } from './ledger.js';

export function toStatementRow(entry: ChargeEntry): StatementRow {
  const { sequence, op, coreHash, worker, tokens, totalTokens, finish, at } = entry;
  const { receiptPublic, receiptSignature, authorization } = entry;
  const proof = { receiptPublic, receiptSignature, authorization };
  return {
    sequence,
    op,
    coreHash,
    worker,
    tokens,
    totalTokens,
    finish,
    grants: [...entry.grants],
    ...proof,
    at,
  };
}

export function toEvidenceRow(entry: EvidenceEntry): EvidenceRow {
  const { op, coreHash, worker, tokens, finish, reason, at } = entry;
  const { receiptPublic, receiptSignature, authorization } = entry;
  return { op, coreHash, worker, tokens, finish, reason, receiptPublic, receiptSignature, authorization, at };
}
