// What does verification show about one machine, and what does it only repeat?
import type { Registry } from '../registry/registry.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import { SIMULATED_TDX } from './simulated-label.js';
import type { Basis, ReportLine } from './verification-report.js';

export function machineLabel({ role, digest }: VerifiedMachine): string {
  return `${role} ${hex(digest.subarray(0, 8))}`;
}

// Not the shared one: bundlers would split its file for the pages that load this one late.
function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** One line per check. A line exists only for a machine that passed; failures are errors and have no report. */
export function machineLines(machine: VerifiedMachine, registry: Registry): ReportLine[] {
  const { quote, manifest, freshness, expiresAt, eventLog } = machine;
  const name = machineLabel(machine);
  const line = (check: string, expected: string, actual: string, basis: Basis = 'proven'): ReportLine => ({
    check,
    expected,
    actual,
    basis,
    passed: true,
    machine: name,
  });
  // Under a published key a "proof" proves nothing about hardware.
  const hardware: Basis = quote.simulated ? 'assumed' : 'proven';
  const rules = registry.measurements[machine.role].length;
  const { beacon } = manifest;
  return [
    line(
      'quote chain',
      'Intel’s root',
      quote.simulated ? `${SIMULATED_TDX} root` : 'Intel SGX Root CA',
      hardware,
    ),
    line('platform', 'a status the policy allows', quote.tcb.status, hardware),
    line(
      'code',
      `one of ${rules} measurement(s) of the registry for a ${machine.role}`,
      quote.rule?.name ?? `rule ${quote.rule?.index ?? '?'}`,
      hardware,
    ),
    ...(eventLog === undefined
      ? []
      : [
          line(
            'boot log',
            'replays to the quoted registers',
            `${eventLog.events.length} events replay to the quoted registers`,
            hardware,
          ),
        ]),
    line('debug mode', 'off', quote.attributes.debug ? 'ON: the host can read memory' : 'off', hardware),
    line(
      'keys',
      'bound to the quote',
      'the quote’s report data is the hash of the manifest that lists them',
      hardware,
    ),
    freshness === 'beacon-known'
      ? line(
          'freshness',
          'made after a block its chain knows',
          `${beacon.kind} block ${beacon.seqno}, confirmed by the beacon source`,
          beacon.kind === 'local' ? 'assumed' : 'proven',
        )
      : line(
          'freshness',
          'made after a block its chain knows',
          `${beacon.kind} block ${beacon.seqno}, not confirmed by anybody`,
          'assumed',
        ),
    line('valid until', 'later than now', expiresAt.toISOString(), hardware),
    ...workerLines(machine, line),
  ];
}

function workerLines(
  machine: VerifiedMachine,
  line: (check: string, expected: string, actual: string, basis?: Basis) => ReportLine,
): ReportLine[] {
  const { manifest, simulated } = machine;
  const { worker } = manifest;
  if (worker === undefined) return [];
  const { sealedModel } = worker;
  const measured = worker.modelProof === 'measured';
  const external = worker.features.includes('external-engine');
  return [
    line(
      'model',
      'the one asked for',
      measured ? worker.model : `${worker.model}, claimed, not measured`,
      !measured ? 'declared' : simulated ? 'assumed' : 'proven',
    ),
    ...(sealedModel === undefined
      ? []
      : [line('weights', 'opened by the measured worker', `sealed model ${hex(sealedModel)}`, 'declared')]),
    line(
      'engine',
      'inside the attested machine',
      external ? `${worker.engine}, OUTSIDE the attested machine: its operator can read` : worker.engine,
      external ? 'assumed' : 'declared',
    ),
    line(
      'price factor',
      'from the quoted manifest',
      `${worker.coefficient / 1000}×`,
      simulated ? 'assumed' : 'proven',
    ),
    line('GPU', 'what the machine claims', ...gpuWords(machine)),
  ];
}

function gpuWords({ gpu, gpuDetails, simulated }: VerifiedMachine): [actual: string, basis: Basis] {
  if (gpuDetails === undefined)
    return gpu === 'none'
      ? ['no GPU claimed', 'declared']
      : ['checked by the measured guest, as it says; not checked here', 'declared'];
  const { token, reports, measurements } = gpuDetails;
  const models = (token?.gpus ?? reports).map(({ model }) => model);
  return [
    `${models.length} × ${models[0]}, answered for these keys; measurements ${measurements}`,
    simulated || gpuDetails.simulated ? 'assumed' : 'proven',
  ];
}
