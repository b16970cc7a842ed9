// Which keys and promises does a machine publish? The quote binds these bytes (PROTOCOL.md §5).
import { CocoonError } from '../errors.js';
import { bytes, choice, digest, list, nested, sized, text, time, u16, u32, u64 } from './fields.js';
import { PROTOCOL_VERSION } from './labels.js';
import { LIMITS } from './limits.js';
import { malformed } from './malformed.js';
import { isSuite, type SuiteId } from './suites.js';
import { defineLayout, type Layout, optional, required } from './tlv.js';

export type Role = 'worker' | 'proxy';
export type BeaconKind = 'local' | 'devnet' | 'ton';
export type ModelProof = 'measured' | 'declared';

/** A recent block: the quote that covers it was made after it. */
export interface Beacon {
  kind: BeaconKind;
  chain: string;
  seqno: bigint;
  rootHash: Uint8Array;
  /** Unix seconds. */
  utime: number;
}

/** What a worker adds: one model, its price factor and its abilities. */
export interface WorkerClaims {
  /** Payout address. */
  owner: string;
  /** The full model name of the registry. */
  model: string;
  modelProof: ModelProof;
  engine: string;
  tokenizerDigest: Uint8Array;
  /** Price factor; 1000 is 1×. */
  coefficient: number;
  priceDigest: Uint8Array;
  maxContext: number;
  maxBodyBytes: number;
  features: readonly string[];
  gpuEvidenceHash?: Uint8Array | undefined;
  /** Digest of the sealed model file it serves, or waits for (PROTOCOL.md §17). */
  sealedModel?: Uint8Array | undefined;
}

export interface ProxyChain {
  root: string;
  contract: string;
  owner: string;
  settlementPublicKey: Uint8Array;
}

/** What a proxy adds: whose ledger it keeps. */
export interface ProxyClaims {
  /** Ledger id: `local:<32 hex>` or the proxy contract's raw address. */
  audience: string;
  url?: string | undefined;
  chain?: ProxyChain | undefined;
}

export interface Manifest {
  version: number;
  role: Role;
  network: string;
  kemPublicKey: Uint8Array;
  suites: readonly number[];
  /** X25519 key of suite 3; present exactly when `suites` contains 3. */
  classicalPublicKey?: Uint8Array | undefined;
  signingPublicKey: Uint8Array;
  notBefore: number;
  notAfter: number;
  beacon: Beacon;
  software?: string | undefined;
  worker?: WorkerClaims | undefined;
  proxy?: ProxyClaims | undefined;
}

export const beaconLayout: Layout<Beacon> = defineLayout<Beacon>('Beacon', {
  kind: required(2, choice({ local: 1, devnet: 2, ton: 3 })),
  chain: required(4, text(128)),
  seqno: required(6, u64),
  rootHash: required(8, digest),
  utime: required(10, time),
});

export const workerClaimsLayout: Layout<WorkerClaims> = defineLayout<WorkerClaims>('WorkerClaims', {
  owner: required(2, text(128)),
  model: required(4, text(256)),
  modelProof: required(6, choice({ measured: 1, declared: 2 })),
  engine: required(8, text(128)),
  tokenizerDigest: required(10, digest),
  coefficient: required(12, u32),
  priceDigest: required(14, digest),
  maxContext: required(16, u32),
  maxBodyBytes: required(18, u32),
  features: required(20, sized(text(64), 32)),
  gpuEvidenceHash: optional(22, digest),
  sealedModel: optional(23, digest),
});

export const proxyChainLayout: Layout<ProxyChain> = defineLayout<ProxyChain>('ProxyChain', {
  root: required(2, text(128)),
  contract: required(4, text(128)),
  owner: required(6, text(128)),
  settlementPublicKey: required(8, bytes(32)),
});

export const proxyClaimsLayout: Layout<ProxyClaims> = defineLayout<ProxyClaims>('ProxyClaims', {
  audience: required(2, text(128)),
  url: optional(3, text(512)),
  chain: optional(4, nested(proxyChainLayout)),
});

export const manifestLayout: Layout<Manifest> = defineLayout<Manifest>('Manifest', {
  version: required(2, u16),
  role: required(4, choice({ worker: 1, proxy: 2 })),
  network: required(6, text(128)),
  kemPublicKey: required(8, bytes(1216)),
  suites: required(10, list(u16, 2, 8)),
  classicalPublicKey: optional(12, bytes(32)),
  signingPublicKey: required(14, bytes(32)),
  notBefore: required(16, time),
  notAfter: required(18, time),
  beacon: required(20, nested(beaconLayout)),
  software: optional(21, text(128)),
  worker: optional(22, nested(workerClaimsLayout)),
  proxy: optional(24, nested(proxyClaimsLayout)),
});

export function encodeManifest(manifest: Manifest): Uint8Array<ArrayBuffer> {
  return manifestLayout.encode(manifest);
}

/**
 * Shape only: nothing in the result is trusted until a quote has been verified over these bytes.
 * @throws CocoonError `MALFORMED`, `UNSUPPORTED_VERSION`, `UNSUPPORTED_FIELD`
 */
export function decodeManifest(encoded: Uint8Array): Manifest {
  if (encoded.length > LIMITS.manifestBytes) throw malformed('Manifest', 'too long');
  const manifest = manifestLayout.decode(encoded);
  if (manifest.version !== PROTOCOL_VERSION) throw unsupportedVersion('manifest', manifest.version);
  if ((manifest.role === 'worker') !== (manifest.worker !== undefined))
    throw malformed('Manifest', 'role without its claims');
  if ((manifest.role === 'proxy') !== (manifest.proxy !== undefined))
    throw malformed('Manifest', 'role without its claims');
  if (manifest.suites.includes(3) !== (manifest.classicalPublicKey !== undefined)) {
    throw malformed('Manifest', 'suite 3 and its key belong together');
  }
  if (!manifest.suites.includes(1)) throw malformed('Manifest', 'suite 1 is mandatory');
  return manifest;
}

/** The key a sender encapsulates to under `suite`. */
export function sealingPublicKey(manifest: Manifest, suite: SuiteId): Uint8Array {
  const key = suite === 3 ? manifest.classicalPublicKey : manifest.kemPublicKey;
  if (key === undefined || !manifest.suites.includes(suite)) throw unsupportedSuite(suite);
  return key;
}

/** @throws CocoonError `UNSUPPORTED_SUITE` */
export function parseSuite(id: number): SuiteId {
  if (!isSuite(id)) throw unsupportedSuite(id);
  return id;
}

export function unsupportedSuite(suite: number): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code: 'UNSUPPORTED_SUITE',
    message: `Cipher suite ${suite} is not offered by this machine or not known here.`,
    remedy: 'Use a suite listed in the machine’s manifest; suite 1 is always there.',
    details: { suite },
  });
}

export function unsupportedVersion(what: string, version: number): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code: 'UNSUPPORTED_VERSION',
    message: `The ${what} has protocol version ${version}; this side speaks version ${PROTOCOL_VERSION}.`,
    remedy: 'Update the older side.',
    details: { version },
  });
}
