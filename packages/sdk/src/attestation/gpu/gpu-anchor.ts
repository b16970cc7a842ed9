// Whose signatures about GPUs count? NVIDIA's, unless a simulated anchor names the simulator's.
import { platform } from '#platform';
import { equalBytes, toHex } from '../../internal/bytes.js';
import type { SimulatedAnchor } from '../anchor.js';
import { checkGpu } from './gpu-fail.js';

/**
 * SHA-256 of the DER of "NVIDIA Device Identity CA", valid 2021-11-05 to 9999-12-31 (NVIDIA/nvtrust, verifier_device_root.pem);
 * any other certificate is refused, whatever its name or key.
 */
const NVIDIA_ROOT_SHA256 = '102bf659d5419614c9d8e6aecebc80454eb26b1df6a769ac720b9a690b167b48';
const NVIDIA_ISSUERS = ['https://nras.attestation.nvidia.com'] as const;

/** What a simulated anchor trusts about GPUs. */
export interface SimulatedGpuTrust {
  /** DER of the simulated device root. */
  readonly rootDer: Uint8Array;
  /** `iss` of simulated tokens. */
  readonly issuer: string;
  /** JSON key set of simulated tokens. */
  readonly jwks: string;
}

const simulated = new WeakMap<SimulatedAnchor, SimulatedGpuTrust>();

/** Behind `simulatedAnchor` alone. */
export function registerSimulatedGpu(anchor: SimulatedAnchor, trust: SimulatedGpuTrust): void {
  simulated.set(anchor, { ...trust, rootDer: trust.rootDer.slice() });
}

export interface GpuTrust {
  readonly simulated: boolean;
  readonly issuers: readonly string[];
  /** Present for the simulator alone: NVIDIA's keys change, so callers pass them. */
  readonly jwks?: string | undefined;
  /** @throws CocoonError `ATTESTATION_GPU_UNTRUSTED_ROOT` unless these are the bytes of the trusted root. */
  readonly checkRoot: (der: Uint8Array) => void;
}

/** Absent means NVIDIA; an anchor that names no simulated GPU trusts no GPU at all. */
export function gpuTrust(anchor: SimulatedAnchor | undefined): GpuTrust {
  if (anchor === undefined) {
    return {
      simulated: false,
      issuers: NVIDIA_ISSUERS,
      checkRoot: (der) => checkGpu(toHex(platform.sha256(der)) === NVIDIA_ROOT_SHA256, 'GPU_UNTRUSTED_ROOT'),
    };
  }
  const trust = typeof anchor === 'object' && anchor !== null ? simulated.get(anchor) : undefined;
  checkGpu(trust !== undefined, 'GPU_UNTRUSTED_ROOT', 'the anchor names no simulated GPU');
  return {
    simulated: true,
    issuers: [trust.issuer],
    jwks: trust.jwks,
    checkRoot: (der) => checkGpu(equalBytes(der, trust.rootDer), 'GPU_UNTRUSTED_ROOT'),
  };
}
