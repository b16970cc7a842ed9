// What an account consists of: money, open and ended operations, and the grants it has used.
import type { Charge, GrantTerms } from './ledger.js';
import { NewGrants } from './new-grants.js';

export interface OpenReservation {
  coreHash: string;
  worker: string;
  tokens: bigint;
  nanoTon: bigint;
  expiresAt: number;
  grants: readonly string[];
  /** Made before this process started. */
  recovered: boolean;
}

export type OperationState =
  | { state: 'reserved'; reservation: OpenReservation }
  | { state: 'charged' | 'failed'; result: Charge; signature: string }
  | { state: 'released' };

export type Operation = OperationState & {
  coreHash: string;
  worker: string;
  /** When this record may go: some time after the last reservation would have ended. */
  forgetAt: number;
  /** Signatures of the uncharged receipts kept for it. */
  evidence: readonly string[];
};

export interface GrantState extends GrantTerms {
  spentTokens: bigint;
  reservedTokens: bigint;
  running: number;
  revoked: boolean;
}

export interface AccountState {
  credited: bigint;
  spent: bigint;
  spentTokens: bigint;
  reserved: bigint;
  reservedTokens: bigint;
  running: number;
  charges: number;
  revocations: number;
  operations: Map<string, Operation>;
  grants: Map<string, GrantState>;
  newGrants: NewGrants;
}

export interface WorkerState {
  earnedNanoTon: bigint;
  tokens: bigint;
  receipts: number;
}

/** Signatures are kept as strings of one byte a character: a small array costs three times its content. */
export function signatureKey(signature: Uint8Array): string {
  return Buffer.from(signature).toString('latin1');
}

/** One for all: most operations never have any. */
export const NO_EVIDENCE: readonly string[] = [];

export type Due = { account: string; op: string } | { account: string; grant: string };

export function createAccount(): AccountState {
  return {
    credited: 0n,
    spent: 0n,
    spentTokens: 0n,
    reserved: 0n,
    reservedTokens: 0n,
    running: 0,
    charges: 0,
    revocations: 0,
    operations: new Map(),
    grants: new Map(),
    newGrants: new NewGrants(),
  };
}
