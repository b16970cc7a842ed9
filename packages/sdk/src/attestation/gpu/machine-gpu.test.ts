// What does verifyMachine say about a machine's GPU, and is a claim that does not hold ever softened?
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PRICES } from '../../protocol/price.js';
import type { Registry } from '../../registry/registry.js';
import { createSimulatedGpu, simulatedGpuJwks, simulatedGpuTrust } from '../../testing/gpu/index.js';
import { type SimulatedMachineOptions, simulatedMachine } from '../../testing/simulated-machine.js';
import { simulatedMeasurementRule, simulatedRootDer } from '../../testing/tdx/index.js';
import { simulatedAnchor } from '../../unsafe.js';
import { type VerifyMachineOptions, verifyMachine } from '../verify-machine.js';

const now = new Date('2026-03-01T12:00:00Z');
const network = `local:${'11'.repeat(16)}`;
const registry: Registry = {
  source: 'local',
  network,
  issuedAt: now.getTime() / 1000,
  prices: DEFAULT_PRICES,
  measurements: { worker: [simulatedMeasurementRule('worker')], proxy: [simulatedMeasurementRule('proxy')] },
};
const beacon = {
  kind: 'local',
  chain: network,
  seqno: 1n,
  rootHash: new Uint8Array(32).fill(3),
  utime: now.getTime() / 1000,
} as const;
const anchor = simulatedAnchor(simulatedRootDer(), simulatedGpuTrust());
const gpu = createSimulatedGpu({ now, seeds: ['gpu 0', 'gpu 1'] });

type Machine = Awaited<ReturnType<typeof make>>;
async function make(options: Partial<SimulatedMachineOptions> = {}) {
  const { evidence, collateral, ...rest } = await simulatedMachine({
    role: 'worker',
    registry,
    now,
    beacon,
    ...options,
  });
  const { manifest, quote, gpuEvidence } = evidence;
  return { ...rest, evidence: { manifest, quote, collateral, gpuEvidence } };
}
const verify = (evidence: Machine['evidence'], options: Partial<VerifyMachineOptions> = {}) =>
  verifyMachine(evidence, { role: 'worker', registry, now, anchor, ...options });

let good: Machine;
let plain: Machine;
beforeAll(async () => {
  good = await make({ gpu: { gpu } });
  plain = await make();
});

describe('the GPU of a verified machine', () => {
  it('none: nothing was claimed', async () => {
    const machine = await verify(plain.evidence);
    expect(machine.gpu).toBe('none');
    expect(machine.gpuDetails).toBeUndefined();
  });

  it('attested-by-guest: the quoted features say so, and no more', async () => {
    const { evidence } = await make({ worker: { features: ['chat', 'gpu-attested'] } });
    expect((await verify(evidence)).gpu).toBe('attested-by-guest');
  });

  it('evidence-verified: reports and token answer for the keys, and limit how long the keys are used', async () => {
    const { gpu: state, gpuDetails, expiresAt, simulated } = await verify(good.evidence);
    expect({ state, simulated }).toEqual({ state: 'evidence-verified', simulated: true });
    expect(gpuDetails).toMatchObject({
      simulated: true,
      measurements: 'compared with NVIDIA reference values by NVIDIA’s attestation service',
    });
    expect(gpuDetails?.reports).toHaveLength(2);
    expect(gpuDetails?.token?.gpus).toHaveLength(2);
    // The token ends after an hour, before the manifest.
    expect(expiresAt).toEqual(new Date('2026-03-01T13:00:00Z'));
  });

  it('evidence-verified: reports alone, and the result says that nothing was compared', async () => {
    const { evidence } = await make({ gpu: { gpu, parts: { token: false } } });
    const { gpu: state, gpuDetails } = await verify(evidence);
    expect(state).toBe('evidence-verified');
    expect(gpuDetails?.measurements).toBe('reported, not compared with NVIDIA reference values');
  });

  it('a relay checks the digest alone, and does not say that anything was verified', async () => {
    const machine = await verify(good.evidence, {
      anchor: simulatedAnchor(simulatedRootDer()),
      gpu: { judge: 'relay' },
    });
    expect(machine.gpu).toBe('attested-by-guest');
    const gpuEvidence = Uint8Array.of(...(good.evidence.gpuEvidence ?? []), 0);
    await expect(
      verify({ ...good.evidence, gpuEvidence }, { gpu: { judge: 'relay' } }),
    ).rejects.toMatchObject({ code: 'ATTESTATION_GPU_EVIDENCE_DIGEST' });
  });
});

describe('a claim that does not hold', () => {
  const REJECTED: Record<string, [code: string, run: () => Promise<unknown>]> = {
    'a digest without evidence': [
      'GPU_EVIDENCE_MISSING',
      () => verify({ ...good.evidence, gpuEvidence: undefined }),
    ],
    'evidence without a digest': [
      'GPU_EVIDENCE_UNBOUND',
      () => verify({ ...plain.evidence, gpuEvidence: good.evidence.gpuEvidence }),
    ],
    'evidence of a proxy': [
      'GPU_EVIDENCE_UNBOUND',
      async () => {
        const proxy = await make({ role: 'proxy' });
        const { gpuEvidence } = good.evidence;
        return verify({ ...proxy.evidence, gpuEvidence }, { role: 'proxy' });
      },
    ],
    'the evidence of another machine': [
      'GPU_EVIDENCE_DIGEST',
      async () => {
        const other = await make({ gpu: { gpu } });
        return verify({ ...good.evidence, gpuEvidence: other.evidence.gpuEvidence });
      },
    ],
    'another machine’s evidence, named by the manifest': [
      'GPU_NONCE',
      async () => {
        const borrowed = { ...gpu, evidence: () => good.evidence.gpuEvidence ?? new Uint8Array() };
        return verify((await make({ gpu: { gpu: borrowed } })).evidence);
      },
    ],
    'a token for another nonce beside good reports': [
      'GPU_NONCE',
      async () => {
        const token = { overall: { eat_nonce: '00'.repeat(32) } };
        const lying = createSimulatedGpu({ now, faults: { token } });
        return verify((await make({ gpu: { gpu: lying } })).evidence);
      },
    ],
    'a document that is none': [
      'GPU_EVIDENCE',
      async () => {
        const noise = { ...gpu, evidence: () => new Uint8Array(9) };
        return verify((await make({ gpu: { gpu: noise } })).evidence);
      },
    ],
    'neither report nor token': [
      'GPU_EVIDENCE',
      async () => verify((await make({ gpu: { gpu, parts: { reports: false, token: false } } })).evidence),
    ],
    'one GPU reported twice': [
      'GPU_EVIDENCE_MIXED',
      async () => {
        const twice = createSimulatedGpu({ now, seeds: ['gpu 0', 'gpu 0'] });
        return verify((await make({ gpu: { gpu: twice, parts: { token: false } } })).evidence);
      },
    ],
    'a token about another driver than the reports': [
      'GPU_EVIDENCE_MIXED',
      async () => {
        const token = { gpu: { 'x-nvidia-gpu-driver-version': '999.1' } };
        const mixed = createSimulatedGpu({ now, faults: { token } });
        return verify((await make({ gpu: { gpu: mixed } })).evidence);
      },
    ],
    'a GPU the policy does not know': [
      'GPU_POLICY',
      () => verify(good.evidence, { gpu: { policy: { models: ['GB100'] } } }),
    ],
    'simulated GPUs under an anchor for quotes alone': [
      'GPU_UNTRUSTED_ROOT',
      () =>
        verify(good.evidence, {
          anchor: simulatedAnchor(simulatedRootDer()),
          gpu: { jwks: simulatedGpuJwks() },
        }),
    ],
  };
  for (const [name, [code, run]] of Object.entries(REJECTED)) {
    it(`rejects: ${name}`, async () => {
      await expect(run()).rejects.toMatchObject({ kind: 'attestation', code: `ATTESTATION_${code}` });
    });
  }
});
