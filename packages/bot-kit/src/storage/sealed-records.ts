// How is one owner's record read and written? Under a name that says nothing, with a key of the owner's own, and an expiry.
import { openValue, parseSealed, sealValue } from './sealed-value.js';
import type { DerivedKeys } from './storage-keys.js';
import { decode, encode } from './stored-bytes.js';
import type { VaultOptions } from './vault.js';

export interface SealedRecord {
  readonly value: string;
  readonly expires: number;
  /** Under the key that encrypts today. */
  readonly current: boolean;
}

/** Without a list of names: whoever uses these knows which names there are. */
export interface SealedRecords {
  /** `undefined`: never there or expired. `unreadable`: there, but no key opens it. */
  read(name: string): Promise<SealedRecord | 'unreadable' | undefined>;
  write(name: string, value: string, expires: number): Promise<void>;
  remove(name: string): Promise<void>;
  /** Nothing of this owner can be opened again. */
  loseSalt(): Promise<void>;
}

export type RecordParts = Omit<VaultOptions, 'keys'> & { keys: Promise<readonly DerivedKeys[]> };

const SALT_BYTES = 32;
const NONCE_BYTES = 12;
const SALT = 'salt';
/** Salts do not expire. */
const NEVER = Number.MAX_SAFE_INTEGER;

export function sealedRecords(owner: string, parts: RecordParts): SealedRecords {
  const { adapter, salts = adapter, clock, randomBytes, onUnreadable } = parts;

  /** The salt kept under one root key; made when `make` and none is there. */
  async function saltOf(keys: DerivedKeys, make: boolean): Promise<Uint8Array | undefined> {
    const record = await keys.nameOf(owner, SALT);
    const stored = await salts.read(record);
    if (stored !== undefined && stored !== null) {
      const opened = await openValue(stored, { key: keys.saltKey, record });
      const salt = opened === undefined ? undefined : decode(opened);
      if (salt !== undefined) return salt;
      onUnreadable?.();
    }
    if (!make) return undefined;
    const salt = randomBytes(SALT_BYTES);
    const nonce = randomBytes(NONCE_BYTES);
    await salts.write(
      record,
      await sealValue(encode(salt), { key: keys.saltKey, keyId: keys.id, expires: NEVER, record, nonce }),
    );
    return salt;
  }

  return {
    async read(name) {
      let damaged = false;
      for (const [index, keys] of (await parts.keys).entries()) {
        const record = await keys.nameOf(owner, name);
        const stored = await adapter.read(record);
        if (stored === undefined || stored === null) continue;
        const sealed = parseSealed(stored);
        const salt = await saltOf(keys, false);
        const value =
          sealed === undefined || salt === undefined
            ? undefined
            : await openValue(stored, { key: await keys.scopeKey(owner, salt), record });
        if (sealed === undefined || value === undefined) {
          onUnreadable?.();
          damaged = true;
          continue;
        }
        if (sealed.expires <= clock.now()) {
          await adapter.delete(record);
          continue;
        }
        return { value, expires: sealed.expires, current: index === 0 };
      }
      return damaged ? 'unreadable' : undefined;
    },
    async write(name, value, expires) {
      const [keys] = await parts.keys;
      if (keys === undefined) return;
      const salt = await saltOf(keys, true);
      if (salt === undefined) return;
      const record = await keys.nameOf(owner, name);
      const key = await keys.scopeKey(owner, salt);
      const nonce = randomBytes(NONCE_BYTES);
      await adapter.write(record, await sealValue(value, { key, keyId: keys.id, expires, record, nonce }));
    },
    async remove(name) {
      for (const keys of await parts.keys) await adapter.delete(await keys.nameOf(owner, name));
    },
    async loseSalt() {
      for (const keys of await parts.keys) await salts.delete(await keys.nameOf(owner, SALT));
    },
  };
}
