// What do simulated GPUs consist of: chains and reports under a simulated device root, tokens of a simulated service?

import type { SimulatedGpuTrust } from '../../attestation/gpu/gpu-anchor.js';
import { toHex, utf8 } from '../../internal/bytes.js';
import { encodeGpuEvidence } from '../../protocol/gpu-evidence.js';
import { pem } from '../tdx/der-writer.js';
import { simulatedBytes } from '../tdx/keys.js';
import { type EatFaults, makeEat, SIMULATED_GPU_ISSUER, simulatedGpuJwks } from './make-eat.js';
import { type GpuChainFaults, makeGpuChain } from './make-gpu-chain.js';
import { type GpuReportFaults, makeGpuReport } from './make-gpu-report.js';

/** How simulated GPUs deviate from healthy ones. */
export interface SimulatedGpuFaults {
  readonly chain?: GpuChainFaults | undefined;
  readonly report?: GpuReportFaults | undefined;
  readonly token?: EatFaults | undefined;
}

export interface SimulatedGpuOptions {
  /** Tokens are issued at this time and live an hour. */
  readonly now: Date;
  /** Names the GPUs; default one. */
  readonly seeds?: readonly string[] | undefined;
  readonly faults?: SimulatedGpuFaults | undefined;
}

/** GPUs of one simulated machine. */
export interface SimulatedGpu {
  /** DER, leaf first, of one GPU. */
  chain(index?: number): readonly Uint8Array[];
  report(nonce: Uint8Array, index?: number): Uint8Array;
  /** `[["JWT", …], {"GPU-0": …}]`, JSON. */
  token(nonce: Uint8Array): string;
  /** The GpuEvidence document of PROTOCOL.md §5.7, with reports and token unless one is left out. */
  evidence(nonce: Uint8Array, parts?: { reports?: boolean; token?: boolean }): Uint8Array;
  /** What NVIDIA's tools print: the JSON that a worker's provider answers. */
  toolOutput(nonce: Uint8Array): string;
}

export function createSimulatedGpu({
  now,
  seeds = ['gpu 0'],
  faults = {},
}: SimulatedGpuOptions): SimulatedGpu {
  const seedOf = (index: number): string => seeds[index] ?? `gpu ${index}`;
  const fwid = (seed: string) => simulatedBytes(`gpu fwid ${seed}`, 48);
  const chains = new Map<string, readonly Uint8Array[]>();
  const chain = (index = 0): readonly Uint8Array[] => {
    const seed = seedOf(index);
    const made = chains.get(seed) ?? makeGpuChain(seed, fwid(seed), faults.chain);
    chains.set(seed, made);
    return made;
  };
  const report = (nonce: Uint8Array, index = 0): Uint8Array =>
    makeGpuReport(seedOf(index), nonce, fwid(seedOf(index)), faults.report);
  const ueid = (seed: string) => BigInt(`0x${toHex(simulatedBytes(`gpu ueid ${seed}`, 20))}`).toString();
  const token = (nonce: Uint8Array): string => makeEat({ seeds, nonce, now, ueid }, faults.token);
  return {
    chain,
    report,
    token,
    evidence: (nonce, parts = {}) =>
      encodeGpuEvidence({
        reports:
          parts.reports === false ? [] : seeds.map((_, i) => ({ report: report(nonce, i), chain: chain(i) })),
        token: parts.token === false ? undefined : utf8(token(nonce)),
      }),
    toolOutput: (nonce) =>
      `{"evidences":${JSON.stringify(
        seeds.map((_, i) => ({
          arch: 'HOPPER',
          nonce: toHex(nonce),
          evidence: btoa(String.fromCharCode(...report(nonce, i))),
          certificate: btoa(chain(i).map(pem).join('')),
        })),
      )},"detached_eat":${token(nonce)}}`,
  };
}

let simulatedRoot: Uint8Array | undefined;

/** What a simulated anchor must name to accept simulated GPUs: `simulatedAnchor(simulatedRootDer(), simulatedGpuTrust())`. */
export function simulatedGpuTrust(): SimulatedGpuTrust {
  simulatedRoot ??= makeGpuChain('root only', new Uint8Array(48)).at(-1);
  return {
    rootDer: simulatedRoot ?? new Uint8Array(),
    issuer: SIMULATED_GPU_ISSUER,
    jwks: simulatedGpuJwks(),
  };
}
