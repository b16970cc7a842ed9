// What is a whole simulated machine: keys, manifest, quote and evidence, as a real one would serve them?
import { platform } from '#platform';
import type { Measurements } from '../attestation/claims.js';
import { packStaple } from '../attestation/collateral/pack-staple.js';
import { parseDocument } from '../attestation/collateral/parse-document.js';
import type { Evidence } from '../protocol/evidence.js';
import {
  type Beacon,
  encodeManifest,
  type Manifest,
  type ProxyClaims,
  type WorkerClaims,
} from '../protocol/manifest.js';
import type { SuiteId } from '../protocol/suites.js';
import type { Registry } from '../registry/registry.js';
import { gpuNonce, manifestDigest, priceDigest, reportData } from '../seal/envelope/digests.js';
import { generateMachineKeys, type MachineKeys } from '../seal/envelope/machine-keys.js';
import type { Random } from '../seal/random.js';
import type { SimulatedGpu } from './gpu/index.js';
import {
  createSimulatedTdx,
  type QuoteFaults,
  type SimulatedFaults,
  simulatedMeasurements,
} from './tdx/index.js';

const LIFE_SECONDS = 4_200;

export interface SimulatedMachineOptions {
  readonly role: 'worker' | 'proxy';
  readonly registry: Registry;
  readonly now: Date;
  readonly beacon: Beacon;
  readonly random?: Random | undefined;
  /** Names the simulated platform. */
  readonly seed?: string | undefined;
  readonly suites?: readonly SuiteId[] | undefined;
  readonly lifeSeconds?: number | undefined;
  /** Build of the image; the registry usually allows `v1`. */
  readonly variant?: string | undefined;
  /** Registers that differ from the build’s. */
  readonly measurements?: Partial<Measurements> | undefined;
  readonly eventLog?: Uint8Array | undefined;
  readonly worker?: Partial<WorkerClaims> | undefined;
  readonly proxy?: Partial<ProxyClaims> | undefined;
  /** Simulated GPUs that answer for the machine's keys; `parts` as in `SimulatedGpu.evidence`. */
  readonly gpu?:
    | { readonly gpu: SimulatedGpu; readonly parts?: Parameters<SimulatedGpu['evidence']>[1] }
    | undefined;
  /** Last change to the manifest before it is quoted. */
  readonly edit?: ((manifest: Manifest) => Manifest) | undefined;
  readonly faults?:
    | { readonly tdx?: SimulatedFaults; readonly quote?: QuoteFaults; readonly reportData?: Uint8Array }
    | undefined;
}

export interface SimulatedMachine {
  readonly keys: MachineKeys;
  readonly manifest: Manifest;
  readonly digest: Uint8Array;
  readonly evidence: Evidence;
  readonly collateral: Uint8Array;
}

/** Keys made here, bound to a quote under the published simulated root. */
export async function simulatedMachine(options: SimulatedMachineOptions): Promise<SimulatedMachine> {
  const { role, registry, now, beacon, seed = 'default', faults = {} } = options;
  const keys = await generateMachineKeys({ random: options.random, suites: options.suites });
  const seconds = Math.floor(now.getTime() / 1000);
  const nonce = gpuNonce({
    kemPublicKey: keys.kemPublicKey,
    signingPublicKey: keys.signer.publicKey,
    beacon,
  });
  const gpuEvidence = options.gpu?.gpu.evidence(nonce, options.gpu.parts);
  const gpuEvidenceHash = gpuEvidence && platform.sha256(gpuEvidence);
  const plain: Manifest = {
    version: 1,
    role,
    network: registry.network,
    kemPublicKey: keys.kemPublicKey,
    suites: keys.suites,
    classicalPublicKey: keys.classicalPublicKey,
    signingPublicKey: keys.signer.publicKey,
    notBefore: seconds,
    notAfter: seconds + (options.lifeSeconds ?? LIFE_SECONDS),
    beacon,
    software: 'simulated',
    ...(role === 'worker'
      ? { worker: { ...defaultWorker(registry), gpuEvidenceHash, ...options.worker } }
      : { proxy: { audience: registry.network, ...options.proxy } }),
  };
  const manifest = options.edit?.(plain) ?? plain;
  const encoded = encodeManifest(manifest);
  const digest = manifestDigest(encoded);
  const tdx = createSimulatedTdx({ now, seed, faults: faults.tdx });
  // With faults the JSON carries them as they are: a staple cannot express all of them.
  const collateral =
    faults.tdx === undefined ? packStaple(parseDocument(tdx.collateral())) : tdx.collateralBytes();
  const quote = tdx.quote({
    reportData: faults.reportData ?? reportData(digest),
    measurements: { ...simulatedMeasurements(role, options.variant), ...options.measurements },
    faults: faults.quote,
  });
  const { eventLog } = options;
  const evidence = {
    manifest: encoded,
    quote,
    collateralHash: platform.sha256(collateral),
    eventLog,
    gpuEvidence,
  };
  return { keys, manifest, digest, evidence, collateral };
}

function defaultWorker(registry: Registry): WorkerClaims {
  return {
    owner: 'local:operator',
    model: 'simulated-model',
    modelProof: 'declared',
    engine: 'simulated engine',
    tokenizerDigest: new Uint8Array(32).fill(7),
    coefficient: 1000,
    priceDigest: priceDigest(registry.prices),
    maxContext: 32_768,
    maxBodyBytes: 16 * 1024 * 1024,
    features: ['chat', 'tools', 'json'],
  };
}
