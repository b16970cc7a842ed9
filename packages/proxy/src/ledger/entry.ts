// What may happen to money: the changes that memory and disk both apply, in the same order.
import type { EvidenceRow, Finish, GrantTerms, ReleaseReason } from './ledger.js';

export interface Proof {
  receiptPublic: Uint8Array;
  receiptSignature: Uint8Array;
  authorization: Uint8Array;
}

/** Which receipt for which attempt. */
export interface Settled extends Proof {
  account: string;
  op: string;
  coreHash: string;
  worker: string;
  /** As the receipt says, or as charged. */
  tokens: bigint;
  finish: Finish;
  at: number;
}

export interface CreditEntry {
  kind: 'credit';
  account: string;
  nanoTon: bigint;
  reference: string;
  at: number;
}

export interface ReserveEntry {
  kind: 'reserve';
  account: string;
  op: string;
  coreHash: string;
  worker: string;
  tokens: bigint;
  nanoTon: bigint;
  expiresAt: number;
  grants: readonly GrantTerms[];
  at: number;
}

export interface ReleaseEntry {
  kind: 'release';
  account: string;
  op: string;
  reason: ReleaseReason;
  at: number;
}

export interface ChargeEntry extends Settled {
  kind: 'charge';
  sequence: number;
  totalTokens: bigint;
  amounts: { client: bigint; worker: bigint; proxy: bigint };
  grants: readonly string[];
  /** Until when the operation id is remembered. */
  forgetAt: number;
}

export interface FailEntry extends Settled {
  kind: 'fail';
}

export interface EvidenceEntry extends Settled {
  kind: 'evidence';
  reason: EvidenceRow['reason'];
}

export interface RevokeEntry {
  kind: 'revoke';
  account: string;
  id: string;
  expiresAt: number;
  at: number;
}

export interface ForgetGrantEntry {
  kind: 'forget-grant';
  account: string;
  id: string;
}

/** Proofs from before this time are no longer kept. */
export interface PruneEntry {
  kind: 'prune';
  before: number;
}

export type Entry =
  | CreditEntry
  | ReserveEntry
  | ReleaseEntry
  | ChargeEntry
  | FailEntry
  | EvidenceEntry
  | RevokeEntry
  | ForgetGrantEntry
  | PruneEntry;
