// Which quote and collateral belong to a scenario, and under which time, policy and root are they judged?
import type { DcapQvlCollateral } from '../../attestation/index.js';
import type { QuotePolicy } from '../../attestation/policy.js';
import { createSimulatedTdx, type SimulatedTdx, type SimulatedTdxOptions } from './create-simulated-tdx.js';
import type { QuoteRequest } from './make-quote.js';
import { simulatedMeasurementRule, simulatedMeasurements } from './measurements.js';

/** A healthy worker unless something is changed. */
export interface SimulatedScenario extends Partial<SimulatedTdxOptions> {
  readonly request?: QuoteRequest | undefined;
  /** Changes what is verified after it was made. */
  readonly editQuote?: ((quote: Uint8Array) => Uint8Array) | undefined;
  readonly editCollateral?: ((collateral: DcapQvlCollateral, tdx: SimulatedTdx) => unknown) | undefined;
  readonly policy?: Partial<QuotePolicy> | undefined;
  /** Time of verification; default `now`. */
  readonly at?: Date | undefined;
}

/** What a verifier is given, as plain data: any implementation can be asked about it. Trust `simulatedRootDer()`. */
export interface SimulatedEvidence {
  readonly quote: Uint8Array;
  /** The dcap-qvl JSON shape where the scenario leaves it in shape. */
  readonly collateral: unknown;
  readonly now: Date;
  readonly policy: QuotePolicy;
}

export const SCENARIO_NOW: Date = new Date('2026-03-01T12:00:00Z');
export const SCENARIO_REPORT_DATA: Uint8Array = Uint8Array.from({ length: 64 }, (_, i) => 255 - i);

/** Makes the machine and its evidence; the same bytes for the same scenario in every process. */
export function prepareSimulated(scenario: SimulatedScenario = {}): SimulatedEvidence {
  const now = scenario.now ?? SCENARIO_NOW;
  const tdx = createSimulatedTdx({ ...scenario, now });
  const quote = tdx.quote({
    measurements: simulatedMeasurements('worker'),
    reportData: SCENARIO_REPORT_DATA,
    ...scenario.request,
  });
  const collateral = tdx.collateral();
  return {
    quote: scenario.editQuote?.(quote) ?? quote,
    collateral: scenario.editCollateral?.(collateral, tdx) ?? collateral,
    now: scenario.at ?? now,
    policy: {
      measurements: [simulatedMeasurementRule('worker')],
      reportData: SCENARIO_REPORT_DATA,
      ...scenario.policy,
    },
  };
}
