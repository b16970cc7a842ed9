// Is this the machine its owner's policy wants to see the weights in? The client's own verifier, and stricter than a client where it can be.
import { evaluatePolicy } from '../attestation/evaluate-policy.js';
import { verifyMachine } from '../attestation/verify-machine.js';
import { CocoonError } from '../errors.js';
import { httpBeaconSource } from '../registry/beacon-source.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import { publishedAnchor } from './read-anchor.js';
import { usage } from './read-input.js';
import { readPolicy } from './read-policy.js';
import { type RegistryOptions, registryReader } from './read-registry.js';
import { readWorkerEvidence } from './worker-evidence.js';

export interface WaitingWorkerOptions extends RegistryOptions {
  to: string;
  policy?: string | undefined;
  requireGpu?: boolean | undefined;
  simulated?: boolean | undefined;
}

/**
 * The network's rules and, where given, the owner's own must both be met; the block that the keys were made after must be known.
 * @throws CocoonError those of `verifyMachine`, `BEACON_REQUIRED`, `GPU_NOT_PROVEN`, `POLICY_INVALID`, `EVIDENCE_…`
 */
export async function verifyWaitingWorker(
  options: WaitingWorkerOptions,
  parts: { now: () => Date; fetch: typeof globalThis.fetch; signal: AbortSignal },
): Promise<VerifiedMachine> {
  const readRules = registryReader(options);
  const { measurements, reportData, ...rest } = await readPolicy(options.policy);
  if (reportData !== 'any')
    throw usage(
      'POLICY_INVALID',
      'The policy cannot be used: reportData is what the worker’s manifest gives.',
      'Leave it out.',
    );
  const registry = await readRules();
  if (registry.beaconUrl === undefined)
    throw usage(
      'BEACON_REQUIRED',
      'The registry names no beacon address, so nothing shows that the worker’s keys are fresh.',
      'Use a registry with a beacon address.',
    );
  const machine = await verifyMachine(await readWorkerEvidence(options.to, parts), {
    role: 'worker',
    registry,
    now: parts.now(),
    policy: rest,
    anchor: options.simulated === true ? await publishedAnchor() : undefined,
    beacons: httpBeaconSource(registry.beaconUrl, parts.fetch),
  });
  evaluatePolicy(machine.quote, { ...rest, measurements, reportData });
  if (options.requireGpu === true && machine.gpu !== 'evidence-verified') throw gpuNotProven();
  return machine;
}

function gpuNotProven(): CocoonError {
  return new CocoonError({
    kind: 'attestation',
    code: 'GPU_NOT_PROVEN',
    message: 'No NVIDIA GPU answered for the keys of this worker.',
    remedy: 'Nothing was released. Start the worker with --gpu-evidence, or leave out --require-gpu.',
  });
}
