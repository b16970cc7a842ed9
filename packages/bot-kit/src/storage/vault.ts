// What is remembered, and who could read it? Values encrypted per person or chat, with an expiry, in any grammY storage.
import type { StorageAdapter } from 'grammy';
import type { Clock } from '../clock.js';
import { guardAdapter } from './guard-adapter.js';
import { createScope, type VaultScope } from './scope.js';
import { type SealedRecords, sealedRecords } from './sealed-records.js';
import { parseSealed } from './sealed-value.js';
import { deriveKeys, type StorageKey } from './storage-keys.js';

export interface VaultOptions {
  readonly adapter: StorageAdapter<string>;
  /**
   * Where the random salts are kept; default the same adapter. In a store of its own that is not part of your backups, a salt that
   * `forget` deletes makes every older copy of `adapter` unreadable.
   */
  readonly salts?: StorageAdapter<string> | undefined;
  /** The first one encrypts; all of them open. */
  readonly keys: readonly StorageKey[];
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
  /** A value that is there but does not open: a changed byte, or a key that is gone. It counts as absent. */
  readonly onUnreadable?: (() => void) | undefined;
}

export interface Vault {
  /** `owner`: for example `user:42`. One owner's values open with no other owner's key. */
  scope(owner: string): VaultScope;
  /** Of an owner with no list of names, who must not have a scope besides. */
  records(owner: string): SealedRecords;
  /** Deletes what has expired; number of records. Adapters without `readAllKeys` are swept as their owners come back. */
  sweep(): Promise<number>;
}

/** Owners whose keys are held ready; the least recently used are dropped. */
const MOST_SCOPES = 2_000;

export function createVault(options: VaultOptions): Vault {
  const { clock } = options;
  const adapter = guardAdapter(options.adapter);
  const salts = options.salts === undefined ? undefined : guardAdapter(options.salts);
  const keys = Promise.all(options.keys.map(deriveKeys));
  // Whoever asks first gets the error.
  keys.catch(() => undefined);
  const parts = { ...options, adapter, salts, keys };
  const scopes = new Map<string, VaultScope>();
  return {
    scope(owner) {
      const known = scopes.get(owner) ?? createScope(owner, parts);
      scopes.delete(owner);
      scopes.set(owner, known);
      const [oldest] = scopes.keys();
      if (scopes.size > MOST_SCOPES && oldest !== undefined) scopes.delete(oldest);
      return known;
    },
    records: (owner) => sealedRecords(owner, parts),
    async sweep() {
      if (adapter.readAllKeys === undefined) return 0;
      const expired: string[] = [];
      for await (const record of adapter.readAllKeys()) {
        const parts = parseSealed(await adapter.read(record));
        if (parts !== undefined && parts.expires <= clock.now()) expired.push(record);
      }
      for (const record of expired) await adapter.delete(record);
      return expired.length;
    },
  };
}
