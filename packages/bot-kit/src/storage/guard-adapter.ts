// What does the kit hear when the database is away? One typed error, whatever the adapter throws.
import { CocoonError } from '@cocoonkit/sdk';
import type { StorageAdapter } from 'grammy';

/** The same adapter; every failure of it is `STORAGE_FAILED`. */
export function guardAdapter(adapter: StorageAdapter<string>): StorageAdapter<string> {
  const typed = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw storageFailed(cause);
    }
  };
  const { readAllKeys } = adapter;
  return {
    read: (key) => typed(() => adapter.read(key)),
    write: (key, value) => typed(() => adapter.write(key, value)),
    delete: (key) => typed(() => adapter.delete(key)),
    ...(readAllKeys === undefined ? {} : { readAllKeys: () => readAllKeys.call(adapter) }),
  };
}

function storageFailed(cause: unknown): CocoonError {
  return new CocoonError({
    kind: 'network',
    code: 'STORAGE_FAILED',
    message: 'The storage adapter failed.',
    remedy: 'Nothing was sent. Look at the database; work goes on when it is back.',
    cause,
  });
}
