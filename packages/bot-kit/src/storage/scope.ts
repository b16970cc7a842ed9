// What is remembered of one person or chat? Values under one key, a list of their names, and a way to lose them all.

import { openValue, parseSealed, sealValue } from './sealed-value.js';
import type { DerivedKeys } from './storage-keys.js';
import { decode, encode } from './stored-bytes.js';
import type { VaultOptions } from './vault.js';

export interface VaultScope {
  /** `undefined`: never there, expired, or not readable. */
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string, ttlMs: number): Promise<void>;
  delete(name: string): Promise<void>;
  /** Deletes every value and the salt; number of values. */
  forget(): Promise<number>;
}

const SALT_BYTES = 32;
const NONCE_BYTES = 12;
const SALT = 'salt';
/** Lists the names, so that all can be deleted in stores that cannot list. */
const INDEX = 'index';
const VALUE = 'value ';
/** Salts do not expire. */
const NEVER = Number.MAX_SAFE_INTEGER;

export function createScope(
  owner: string,
  parts: Omit<VaultOptions, 'keys'> & { keys: Promise<readonly DerivedKeys[]> },
): VaultScope {
  const { adapter, salts = adapter, clock, randomBytes, onUnreadable } = parts;
  /** One change at a time: two would overwrite each other's list of names. */
  let turn: Promise<unknown> = Promise.resolve();
  const alone = <T>(task: () => Promise<T>): Promise<T> => {
    const mine = turn.catch(() => undefined).then(task);
    turn = mine;
    return mine;
  };

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

  async function read(
    name: string,
  ): Promise<{ value: string; expires: number; current: boolean } | undefined> {
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
        continue;
      }
      if (sealed.expires <= clock.now()) {
        await adapter.delete(record);
        continue;
      }
      return { value, expires: sealed.expires, current: index === 0 };
    }
    return undefined;
  }

  async function write(name: string, value: string, expires: number): Promise<void> {
    const [keys] = await parts.keys;
    if (keys === undefined) return;
    const salt = await saltOf(keys, true);
    if (salt === undefined) return;
    const record = await keys.nameOf(owner, name);
    const key = await keys.scopeKey(owner, salt);
    const nonce = randomBytes(NONCE_BYTES);
    await adapter.write(record, await sealValue(value, { key, keyId: keys.id, expires, record, nonce }));
  }

  async function remove(name: string): Promise<void> {
    for (const keys of await parts.keys) await adapter.delete(await keys.nameOf(owner, name));
  }

  /** Names and expiries of the values; those that have expired are left out. */
  async function list(): Promise<Map<string, number>> {
    const kept = parseIndex((await read(INDEX))?.value);
    return new Map([...kept].filter(([, expires]) => expires > clock.now()));
  }

  async function keepList(names: ReadonlyMap<string, number>): Promise<void> {
    if (names.size === 0) return remove(INDEX);
    await write(INDEX, JSON.stringify([...names]), Math.max(...names.values()));
  }

  return {
    get: (name) =>
      alone(async () => {
        const found = await read(VALUE + name);
        // After a rotation a value moves to the new key when it is next used.
        if (found?.current === false) {
          const names = await list();
          await remove(VALUE + name);
          await write(VALUE + name, found.value, found.expires);
          await keepList(names.set(name, found.expires));
        }
        return found?.value;
      }),
    set: (name, value, ttlMs) =>
      alone(async () => {
        const expires = clock.now() + ttlMs;
        const names = await list();
        // The list first: a crash between the two leaves a name without a value, never a value nobody can find.
        await keepList(names.set(name, expires));
        await write(VALUE + name, value, expires);
      }),
    delete: (name) =>
      alone(async () => {
        const names = await list();
        await remove(VALUE + name);
        if (names.delete(name)) await keepList(names);
      }),
    forget: () =>
      alone(async () => {
        const names = await list();
        let count = 0;
        for (const name of names.keys()) {
          if ((await read(VALUE + name)) !== undefined) count++;
          await remove(VALUE + name);
        }
        await remove(INDEX);
        for (const keys of await parts.keys) await salts.delete(await keys.nameOf(owner, SALT));
        return count;
      }),
  };
}

function parseIndex(text: string | undefined): Map<string, number> {
  if (text === undefined) return new Map();
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return new Map();
    return new Map(
      value.filter(
        (entry): entry is [string, number] =>
          Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number',
      ),
    );
  } catch {
    return new Map();
  }
}
