// What does the network allow and charge? From an address or a file, believed only under the key that was given.
import { fromHex } from '../internal/bytes.js';
import { fetchLocalRegistry } from '../registry/fetch-local-registry.js';
import { parseLocalRegistry } from '../registry/local-registry.js';
import type { Registry } from '../registry/registry.js';
import { readLimited, usage } from './read-input.js';

export interface RegistryOptions {
  registry: string;
  registryKey: string;
}

/** The key is checked at once; the function reads anew each time. @throws CocoonError `REGISTRY_KEY_INVALID`, `REGISTRY_…` */
export function registryReader({ registry, registryKey }: RegistryOptions): () => Promise<Registry> {
  if (!/^[0-9a-fA-F]{64}$/.test(registryKey)) {
    throw usage(
      'REGISTRY_KEY_INVALID',
      '--registry-key is not 64 hex digits.',
      'Take it from whoever runs the network.',
    );
  }
  const key = fromHex(registryKey);
  const isUrl = /^https?:\/\//.test(registry);
  return async () =>
    isUrl ? fetchLocalRegistry(registry, key) : parseLocalRegistry(await readLimited(registry), key);
}
