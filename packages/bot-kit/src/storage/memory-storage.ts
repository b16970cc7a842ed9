// Where is something kept when no storage was given? In memory, until the process ends.
import type { StorageAdapter } from 'grammy';

/** A map behind grammY's storage interface. Lost on restart. */
export function memoryStorage(
  entries: Map<string, string> = new Map(),
): Required<Pick<StorageAdapter<string>, 'read' | 'write' | 'delete' | 'readAllKeys'>> {
  return {
    read: (key) => entries.get(key),
    write: (key, value) => void entries.set(key, value),
    delete: (key) => void entries.delete(key),
    readAllKeys: () => entries.keys(),
  };
}
