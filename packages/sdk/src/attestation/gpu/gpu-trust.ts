// Whose signatures about GPUs count? NVIDIA's, or those of the simulated GPU that was handed in.
import { equalBytes, toHex } from '../../internal/bytes.js';
import { sha256 } from '../../internal/sha256.js';
import type { SimulatedGpuTrust } from './gpu-anchor.js';
import { checkGpu } from './gpu-fail.js';

/**
 * SHA-256 of the DER of "NVIDIA Device Identity CA", valid 2021-11-05 to 9999-12-31 (NVIDIA/nvtrust, verifier_device_root.pem);
 * any other certificate is refused, whatever its name or key.
 */
const NVIDIA_ROOT_SHA256 = '102bf659d5419614c9d8e6aecebc80454eb26b1df6a769ac720b9a690b167b48';
const NVIDIA_ISSUERS = ['https://nras.attestation.nvidia.com'] as const;

export interface GpuTrust {
  readonly simulated: boolean;
  readonly issuers: readonly string[];
  /** Present for the simulator alone: NVIDIA's keys change, so callers pass them. */
  readonly jwks?: string | undefined;
  /** @throws CocoonError `ATTESTATION_GPU_UNTRUSTED_ROOT` unless these are the bytes of the trusted root. */
  readonly checkRoot: (der: Uint8Array) => void;
}

/** Undefined means NVIDIA; null, an anchor that names no simulated GPU, trusts no GPU at all. */
export function gpuTrust(simulated: SimulatedGpuTrust | null | undefined): GpuTrust {
  if (simulated === undefined) {
    return {
      simulated: false,
      issuers: NVIDIA_ISSUERS,
      checkRoot: (der) => checkGpu(toHex(sha256(der)) === NVIDIA_ROOT_SHA256, 'GPU_UNTRUSTED_ROOT'),
    };
  }
  checkGpu(simulated !== null, 'GPU_UNTRUSTED_ROOT', 'the anchor names no simulated GPU');
  return {
    simulated: true,
    issuers: [simulated.issuer],
    jwks: simulated.jwks,
    checkRoot: (der) => checkGpu(equalBytes(der, simulated.rootDer), 'GPU_UNTRUSTED_ROOT'),
  };
}
