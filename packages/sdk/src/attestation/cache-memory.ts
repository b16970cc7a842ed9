// What may a verification skip, because it was verified before? The verifier's side of a collateral cache; nothing here makes one.
import { concat, toHex } from '../internal/bytes.js';
import type { CollateralCache } from './collateral-cache.js';
import { check } from './fail.js';
import type { PckChain } from './steps/check-pck-chain.js';
import type { VerifiedDocuments } from './steps/read-documents.js';

/** A machine whose certificates were verified; `vouched` is the last report of its quoting enclave, with its signature. */
export interface KnownMachine {
  readonly chain: PckChain;
  readonly vouched: Uint8Array;
}

export interface CacheMemory {
  readonly machine: (key: string) => KnownMachine | undefined;
  readonly documents: (key: string) => VerifiedDocuments | undefined;
  readonly keepMachine: (key: string, machine: KnownMachine) => void;
  readonly keepDocuments: (key: string, documents: VerifiedDocuments) => void;
  /** @throws CocoonError `ATTESTATION_COLLATERAL_ROLLBACK` */
  readonly refuseRollback: (documents: VerifiedDocuments, simulated: boolean) => void;
  readonly remember: (documents: VerifiedDocuments, simulated: boolean) => void;
}

// The only register of caches: an object that was not put in here could claim anything to be verified.
const memories = new WeakMap<object, CacheMemory>();

export function registerCache(cache: CollateralCache, memory: CacheMemory): CollateralCache {
  memories.set(cache, memory);
  return cache;
}

export function openCache(cache: CollateralCache | undefined): CacheMemory | undefined {
  const memory = cache && memories.get(cache);
  check(cache === undefined || memory !== undefined, 'OPTIONS', 'cache');
  return memory;
}

/** One name for exactly these parts: each is hashed by itself, so that bytes moved from one to the next change it. */
export function fingerprint(parts: readonly Uint8Array[], sha256: (data: Uint8Array) => Uint8Array): string {
  return toHex(sha256(concat(...parts.map(sha256))));
}
