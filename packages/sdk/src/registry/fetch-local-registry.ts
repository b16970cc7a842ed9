// How is a registry snapshot fetched? From anywhere: the pinned key vouches for it, not the server (PROTOCOL.md §16).
import { CocoonError } from '../errors.js';
import { concat } from '../internal/bytes.js';
import { parseLocalRegistry } from './local-registry.js';
import type { Registry } from './registry.js';

const MAX_BYTES = 262_144;
const TIMEOUT_MS = 15_000;

/**
 * Fetches and verifies a local registry. `publicKey` (32 bytes) is the network's, known beforehand: never taken from the same server.
 * @throws CocoonError `REGISTRY_UNAVAILABLE`, `REGISTRY_SIGNATURE`, `REGISTRY_INVALID`, `MALFORMED`
 */
export async function fetchLocalRegistry(
  url: string,
  publicKey: Uint8Array,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<Registry> {
  return parseLocalRegistry(await download(url, fetch), publicKey);
}

async function download(url: string, fetch: typeof globalThis.fetch): Promise<Uint8Array> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      signal: controller.signal,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    if (!response.ok) throw new TypeError(`status ${response.status}`);
    return await readAll(response);
  } catch (cause) {
    throw new CocoonError({
      kind: 'network',
      code: 'REGISTRY_UNAVAILABLE',
      message: 'The registry snapshot could not be fetched.',
      remedy: 'Check the address and that its server runs.',
      source: 'none',
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

async function readAll(response: Response): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done || value === undefined) return concat(...chunks);
    length += value.length;
    if (length > MAX_BYTES) {
      await reader?.cancel();
      throw new TypeError(`longer than ${MAX_BYTES} bytes`);
    }
    chunks.push(value);
  }
}
