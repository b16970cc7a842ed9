// How is the registry of a local network read and written? A signed JSON snapshot (PROTOCOL.md §16).
import { platform } from '#platform';
import type { MeasurementRule } from '../attestation/policy.js';
import { CocoonError } from '../errors.js';
import { equalBytes, fromHex, toHex, utf8 } from '../internal/bytes.js';
import { labelledHash } from '../internal/labelled-hash.js';
import type { Signer } from '../internal/primitives.js';
import { LABELS } from '../protocol/labels.js';
import { DEFAULT_PRICES, type PriceTable } from '../protocol/price.js';
import { parseStrictJson } from '../protocol/strict-json.js';
import type { Registry } from './registry.js';

const MAX_SNAPSHOT_BYTES = 262_144;
const REGISTERS = /^(name|mrtd|rtmr[0-3]|mrConfigId|mrOwner|mrOwnerConfig|mrSeam|imageHash)$/;

/**
 * Verifies and reads a local registry. `publicKey` is pinned by the caller (32 bytes); the key inside the file only has to agree.
 * @throws CocoonError `REGISTRY_SIGNATURE`, `REGISTRY_INVALID`, `MALFORMED`
 */
export async function parseLocalRegistry(signed: Uint8Array, publicKey: Uint8Array): Promise<Registry> {
  if (signed.length > MAX_SNAPSHOT_BYTES) throw invalid('longer than the limit');
  const wrapper = parseStrictJson(signed);
  const snapshot = text(wrapper['snapshot'], 'snapshot');
  const key = hex(wrapper['publicKey'], 32, 'publicKey');
  const signature = hex(wrapper['signature'], 64, 'signature');
  const digest = labelledHash(LABELS.registry, utf8(snapshot));
  if (!equalBytes(key, publicKey) || !(await platform.ed25519Verify(publicKey, digest, signature))) {
    throw new CocoonError({
      kind: 'attestation',
      code: 'REGISTRY_SIGNATURE',
      message: 'The registry snapshot is not signed by the pinned key.',
      remedy: 'Nothing was trusted. Pin the key of the network you mean, or fetch the snapshot again.',
    });
  }
  return parseSnapshot(snapshot);
}

/** Writes a snapshot and signs it: the counterpart of `parseLocalRegistry`. */
export async function signLocalRegistry(registry: Registry, signer: Signer): Promise<string> {
  const { prices } = registry;
  const snapshot = JSON.stringify({
    version: 1,
    network: registry.network,
    issuedAt: registry.issuedAt,
    prices: {
      ...prices,
      pricePerToken: String(prices.pricePerToken),
      workerPerToken: String(prices.workerPerToken),
    },
    measurements: registry.measurements,
    ...(registry.beaconUrl === undefined ? {} : { beaconUrl: registry.beaconUrl }),
  });
  const signature = await signer.sign(labelledHash(LABELS.registry, utf8(snapshot)));
  return JSON.stringify({ snapshot, publicKey: toHex(signer.publicKey), signature: toHex(signature) });
}

function parseSnapshot(source: string): Registry {
  const root = parseStrictJson(utf8(source));
  if (root['version'] !== 1) throw invalid('unknown version');
  const network = text(root['network'], 'network');
  if (!/^local:[0-9a-f]{32}$/.test(network)) throw invalid('network is not local:<32 hex>');
  const measurements = record(root['measurements'], 'measurements');
  const beaconUrl = root['beaconUrl'] === undefined ? undefined : text(root['beaconUrl'], 'beaconUrl');
  return {
    network,
    source: 'local',
    prices: parsePrices(record(root['prices'], 'prices')),
    measurements: { worker: parseRules(measurements['worker']), proxy: parseRules(measurements['proxy']) },
    beaconUrl,
    issuedAt: integer(root['issuedAt'], 'issuedAt'),
  };
}

function parsePrices(prices: Record<string, unknown>): PriceTable {
  const out = { ...DEFAULT_PRICES };
  for (const name of [
    'paramsVersion',
    'promptMultiplier',
    'cachedMultiplier',
    'completionMultiplier',
    'reasoningMultiplier',
  ] as const) {
    out[name] = integer(prices[name], name);
  }
  for (const name of ['pricePerToken', 'workerPerToken'] as const) {
    const amount = text(prices[name], name);
    if (!/^[0-9]{1,18}$/.test(amount)) throw invalid(`${name} is not a decimal amount`);
    out[name] = BigInt(amount);
  }
  if (out.workerPerToken > out.pricePerToken) throw invalid('workers get more than clients pay');
  return out;
}

function parseRules(value: unknown): MeasurementRule[] {
  if (!Array.isArray(value) || value.length > 256) throw invalid('measurements are not a list');
  return value.map((entry: unknown) => {
    const rule = record(entry, 'measurement rule');
    for (const [register, allowed] of Object.entries(rule)) {
      const values: readonly unknown[] = Array.isArray(allowed) ? allowed : [allowed];
      const isText = values.every((item) => typeof item === 'string' && item.length <= 128);
      if (!REGISTERS.test(register) || !isText) throw invalid('a measurement rule has an unknown member');
    }
    // Every member was checked to be a known register holding text or a list of text.
    return rule as MeasurementRule;
  });
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`${name} is not an object`);
  return Object.fromEntries(Object.entries(value));
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw invalid(`${name} is not text`);
  return value;
}

function integer(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > 0xffffffff) {
    throw invalid(`${name} is not a whole number`);
  }
  return value;
}

function hex(value: unknown, length: number, name: string): Uint8Array {
  const source = text(value, name);
  if (source.length !== length * 2) throw invalid(`${name} has the wrong length`);
  return fromHex(source);
}

function invalid(reason: string): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'REGISTRY_INVALID',
    message: `The registry snapshot cannot be used: ${reason}.`,
    remedy: 'Fetch it again from the network’s registry, unchanged.',
  });
}
