// Which dangers can be switched on deliberately? This entry is never re-exported: importing it is visible in a review.
import { registerSimulatedRoot, type SimulatedAnchor } from './attestation/anchor.js';
import { registerSimulatedGpu, type SimulatedGpuTrust } from './attestation/gpu/gpu-anchor.js';

export type { SimulatedAnchor } from './attestation/anchor.js';
export type { SimulatedGpuTrust } from './attestation/gpu/gpu-anchor.js';

/**
 * Lets `verifyQuote` trust a simulated root certificate (DER) instead of Intel's. Every result then says `simulated: true`.
 * For tests, demos and development only: whoever has the simulated root's published key can imitate any machine.
 * With `gpu` it stands for NVIDIA's root and attestation service too; without, an anchored verifier trusts no GPU evidence at all.
 */
export function simulatedAnchor(rootDer: Uint8Array, gpu?: SimulatedGpuTrust): SimulatedAnchor {
  const anchor = registerSimulatedRoot(rootDer);
  if (gpu !== undefined) registerSimulatedGpu(anchor, gpu);
  return anchor;
}
