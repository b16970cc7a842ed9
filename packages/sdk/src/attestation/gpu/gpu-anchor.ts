// Which simulated GPUs does an anchor trust? State, and nothing else: pages that verify machines load it.
import type { SimulatedAnchor } from '../anchor.js';

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

/** Undefined without an anchor: NVIDIA's. Null for an anchor that names no simulated GPU, or is none: nobody's. */
export function simulatedGpuOf(anchor: SimulatedAnchor | undefined): SimulatedGpuTrust | null | undefined {
  return anchor && (simulated.get(anchor) ?? null);
}
