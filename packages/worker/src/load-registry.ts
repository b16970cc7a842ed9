// What does the network allow and charge? Read from an address or a file, believed only under the pinned key.
import { open } from 'node:fs/promises';
import { parseLocalRegistry, type Registry } from '@cocoonkit/sdk/registry';
import { workerError } from './worker-error.js';

const MAX_REGISTRY_BYTES = 262_144;
const FETCH_TIMEOUT_MS = 10_000;

export interface RegistryLocation {
  /** `http(s)://…` or the path of a file. */
  location: string;
  /** 32 bytes. */
  publicKey: Uint8Array;
  fetch: typeof globalThis.fetch;
}

/** @throws CocoonError `REGISTRY_UNAVAILABLE`, `REGISTRY_SIGNATURE`, `REGISTRY_INVALID`, `MALFORMED` */
export async function loadRegistry({ location, publicKey, fetch }: RegistryLocation): Promise<Registry> {
  const isAddress = /^https?:\/\//.test(location);
  let signed: Uint8Array;
  try {
    signed = isAddress
      ? await readAddress(location, fetch)
      : await readFileUpTo(location, MAX_REGISTRY_BYTES);
  } catch (cause) {
    throw workerError({
      kind: isAddress ? 'network' : 'config',
      code: 'REGISTRY_UNAVAILABLE',
      message: isAddress ? 'The registry does not answer.' : 'The registry file cannot be read.',
      remedy: 'Check --registry: the address or file of the network’s signed registry.',
      cause,
    });
  }
  return parseLocalRegistry(signed, publicKey);
}

async function readAddress(location: string, fetch: typeof globalThis.fetch): Promise<Uint8Array> {
  const url = new URL(location);
  // The address of a registry process is enough; its snapshot has a fixed name.
  if (url.pathname === '/') url.pathname = '/registry.json';
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!response.ok || response.body === null) throw new TypeError(`status ${response.status}`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > MAX_REGISTRY_BYTES) throw new TypeError('longer than the limit');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** @throws any error of the file system, or a `TypeError` for a file longer than `maxBytes`. */
export async function readFileUpTo(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > maxBytes) throw new TypeError('longer than the limit');
    return new Uint8Array(await file.readFile());
  } finally {
    await file.close();
  }
}
