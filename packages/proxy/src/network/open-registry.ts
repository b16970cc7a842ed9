// What does the network allow right now? The registry's snapshot, verified against the pinned key and read again every minute.
import { readFile } from 'node:fs/promises';
import { CocoonError } from '@cocoonkit/sdk/errors';
import {
  type BeaconSource,
  httpBeaconSource,
  parseLocalRegistry,
  type Registry,
  rememberBeacons,
} from '@cocoonkit/sdk/registry';
import type { Log } from '../log.js';

const REFRESH_MS = 60_000;
const FETCH_MS = 10_000;
const MAX_BYTES = 262_144;
/** More than an epoch of seconds, so that a restart of the proxy does not ask for each worker that comes back. */
const REMEMBERED_BEACONS = 8_192;

export interface OpenRegistry {
  current(): Registry;
  readonly beacons: BeaconSource;
  /** Reads the snapshot again now; keeps the old one when that fails. */
  refresh(): Promise<void>;
  stop(): void;
}

/** @throws CocoonError `REGISTRY_UNAVAILABLE`, `REGISTRY_SIGNATURE`, `REGISTRY_INVALID` when the first read fails. */
export async function openRegistry(options: {
  /** URL or file. */
  source: string;
  publicKey: Uint8Array;
  fetch: typeof globalThis.fetch;
  log: Log;
  /** Called when the allowed measurements changed. */
  onRules: (registry: Registry) => void;
}): Promise<OpenRegistry> {
  const { source, publicKey, log } = options;
  const isUrl = /^https?:\/\//.test(source);
  const read = async (): Promise<Registry> => {
    const bytes = isUrl ? await download(source, options.fetch) : new Uint8Array(await readFile(source));
    return parseLocalRegistry(bytes, publicKey);
  };
  let current = await read().catch(unavailable);
  if (current.beaconUrl === undefined) throw noBeacons();

  const refresh = async (): Promise<void> => {
    try {
      const next = await read();
      if (next.network !== current.network) throw new TypeError('another network');
      const rulesChanged = rulesOf(next) !== rulesOf(current);
      // Prices are those of the start: the ledger counts in them until the operator restarts the proxy.
      if (pricesOf(next) !== pricesOf(current)) log('warn', { event: 'prices-changed-restart-needed' });
      current = { ...next, prices: current.prices };
      if (rulesChanged) options.onRules(current);
    } catch (error) {
      log('warn', { event: 'registry-refresh-failed', code: codeOf(error) });
    }
  };
  const timer = setInterval(() => void refresh(), REFRESH_MS);
  timer.unref();
  return {
    current: () => current,
    beacons: rememberBeacons(httpBeaconSource(current.beaconUrl, options.fetch), REMEMBERED_BEACONS),
    refresh,
    stop: () => clearInterval(timer),
  };
}

async function download(source: string, fetch: typeof globalThis.fetch): Promise<Uint8Array> {
  const path = new URL(source);
  if (path.pathname === '/') path.pathname = '/registry.json';
  const response = await fetch(path, { redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) });
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > MAX_BYTES) throw new TypeError('snapshot above the limit');
    parts.push(part);
  }
  if (!response.ok) throw new TypeError(`status ${response.status}`);
  return new Uint8Array(Buffer.concat(parts));
}

function rulesOf(registry: Registry): string {
  return JSON.stringify(registry.measurements);
}

function pricesOf(registry: Registry): string {
  return Object.values(registry.prices).map(String).join();
}

function codeOf(error: unknown): string {
  return error instanceof CocoonError ? error.code : 'REGISTRY_UNAVAILABLE';
}

function unavailable(cause: unknown): never {
  if (cause instanceof CocoonError) throw cause;
  throw new CocoonError({
    kind: 'config',
    code: 'REGISTRY_UNAVAILABLE',
    message: 'The registry could not be read.',
    remedy: 'Check the address or file of the registry.',
    cause,
  });
}

function noBeacons(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'REGISTRY_INVALID',
    message: 'The registry names no beacon address, so no evidence could be fresh.',
    remedy: 'Use the snapshot of a running registry.',
  });
}
