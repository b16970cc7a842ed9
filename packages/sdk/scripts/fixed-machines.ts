// Which machines do vectors, tests and benchmarks of sealing use? Fixed keys, no quote: sealing does not look at it.
import { platform } from '#platform';
import type { VerifiedQuote } from '../src/attestation/verified-quote.js';
import { concat, u32, utf8 } from '../src/internal/bytes.js';
import { encodeEvidenceBundle } from '../src/protocol/evidence.js';
import { encodeManifest, type Manifest, type WorkerClaims } from '../src/protocol/manifest.js';
import { DEFAULT_PRICES } from '../src/protocol/price.js';
import type { SuiteId } from '../src/protocol/suites.js';
import { manifestDigest, priceDigest } from '../src/seal/envelope/digests.js';
import { generateMachineKeys, type MachineKeys } from '../src/seal/envelope/machine-keys.js';
import type { Random } from '../src/seal/random.js';
import { mintVerifiedMachine, type VerifiedMachine } from '../src/seal/verified-machine.js';

export const NOW = new Date('2026-03-01T12:00:00Z');
export const NOW_SECONDS = NOW.getTime() / 1000;
export const AUDIENCE = `local:${'ab'.repeat(16)}`;
export const NETWORK = `local:${'cd'.repeat(16)}`;
export const MODEL = 'example/model@1';

export interface FixedMachine {
  keys: MachineKeys;
  manifest: Manifest;
  machine: VerifiedMachine;
  digest: Uint8Array;
  /** Encoded bundle of this one machine; its quote and collateral are empty. */
  evidence: Uint8Array;
}

/** Bytes that depend only on `seed` and on how many were drawn: SHA-256(seed ‖ counter), block by block. */
export function fixedRandom(seed: string): Random {
  let counter = 0;
  let rest: Uint8Array = new Uint8Array(0);
  return (length) => {
    while (rest.length < length) rest = concat(rest, platform.sha256(concat(utf8(seed), u32(counter++))));
    const out = rest.slice(0, length);
    rest = rest.subarray(length);
    return out;
  };
}

export async function fixedWorker(
  seed: string,
  options: {
    coefficient?: number | undefined;
    suites?: readonly SuiteId[] | undefined;
    claims?: Partial<WorkerClaims> | undefined;
  } = {},
): Promise<FixedMachine> {
  return fixedMachine(seed, options.suites, {
    role: 'worker',
    worker: {
      owner: '0:00',
      model: MODEL,
      modelProof: 'declared',
      engine: 'extractive',
      tokenizerDigest: new Uint8Array(32).fill(7),
      coefficient: options.coefficient ?? 1000,
      priceDigest: priceDigest(DEFAULT_PRICES),
      maxContext: 8192,
      maxBodyBytes: 16 * 1024 * 1024,
      features: ['chat', 'summarize'],
      ...options.claims,
    },
  });
}

export async function fixedProxy(seed: string, suites?: readonly SuiteId[]): Promise<FixedMachine> {
  return fixedMachine(seed, suites, { role: 'proxy', proxy: { audience: AUDIENCE } });
}

async function fixedMachine(
  seed: string,
  suites: readonly SuiteId[] = [1, 2, 3],
  claims: Pick<Manifest, 'role' | 'worker' | 'proxy'>,
): Promise<FixedMachine> {
  const keys = await generateMachineKeys({ random: fixedRandom(seed), suites });
  const manifest: Manifest = {
    version: 1,
    network: NETWORK,
    kemPublicKey: keys.kemPublicKey,
    suites: keys.suites,
    ...(keys.classicalPublicKey === undefined ? {} : { classicalPublicKey: keys.classicalPublicKey }),
    signingPublicKey: keys.signer.publicKey,
    notBefore: NOW_SECONDS - 60,
    notAfter: NOW_SECONDS + 3600,
    beacon: fixedBeacon(1n),
    ...claims,
  };
  const encoded = encodeManifest(manifest);
  const digest = manifestDigest(encoded);
  // Never read by sealing; any access to one of its fields would throw.
  const quote: VerifiedQuote = Object.create(null);
  const nothing = new Uint8Array(0);
  const machine = mintVerifiedMachine({
    role: manifest.role,
    digest,
    manifest,
    quote,
    simulated: true,
    freshness: 'beacon-unchecked',
    gpu: 'none',
    expiresAt: new Date(manifest.notAfter * 1000),
    evidence: { manifest: encoded, quote: nothing, collateral: nothing },
  });
  const evidence = encodeEvidenceBundle({
    machines: [{ manifest: encoded, quote: nothing, collateralHash: new Uint8Array(32) }],
    collaterals: [],
  });
  return { keys, manifest, machine, digest, evidence };
}

export function fixedBeacon(seqno: bigint) {
  return {
    kind: 'local' as const,
    chain: NETWORK,
    seqno,
    rootHash: new Uint8Array(32).fill(Number(seqno)),
    utime: NOW_SECONDS - 30 + Number(seqno),
  };
}
