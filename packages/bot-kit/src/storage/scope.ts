// What is remembered of one person or chat? Values under one key, a list of their names, and a way to lose them all.

import { type RecordParts, type SealedRecord, sealedRecords } from './sealed-records.js';

export interface VaultScope {
  /** `undefined`: never there, expired, or not readable. */
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string, ttlMs: number): Promise<void>;
  delete(name: string): Promise<void>;
  /** Deletes every value and the salt; number of values. */
  forget(): Promise<number>;
}

/** Lists the names, so that all can be deleted in stores that cannot list. */
const INDEX = 'index';
const VALUE = 'value ';

export function createScope(owner: string, parts: RecordParts): VaultScope {
  const { clock } = parts;
  const records = sealedRecords(owner, parts);
  /** One change at a time: two would overwrite each other's list of names. */
  let turn: Promise<unknown> = Promise.resolve();
  const alone = <T>(task: () => Promise<T>): Promise<T> => {
    const mine = turn.catch(() => undefined).then(task);
    turn = mine;
    return mine;
  };

  const { write, remove } = records;
  const read = async (name: string): Promise<SealedRecord | undefined> => {
    const found = await records.read(name);
    return found === 'unreadable' ? undefined : found;
  };

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
        await records.loseSalt();
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
