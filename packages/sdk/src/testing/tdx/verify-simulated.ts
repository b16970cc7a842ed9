// Which verdict does the production verifier reach about a simulated machine?

import type { DcapQvlCollateral } from '../../attestation/collateral/parse-dcap-json.js';
import {
  parseCollateral,
  type QuotePolicy,
  type VerifiedQuote,
  verifyQuote,
} from '../../attestation/index.js';
import type { Primitives } from '../../internal/primitives.js';
import { simulatedAnchor } from '../../unsafe.js';
import { createSimulatedTdx, type SimulatedTdx, type SimulatedTdxOptions } from './create-simulated-tdx.js';
import type { QuoteRequest } from './make-quote.js';
import { simulatedMeasurementRule, simulatedMeasurements } from './measurements.js';
import { simulatedRootDer } from './simulated-root.js';

/** A healthy worker unless something is changed. */
export interface SimulatedScenario extends Partial<SimulatedTdxOptions> {
  readonly request?: QuoteRequest | undefined;
  /** Changes what is verified after it was made. */
  readonly editQuote?: ((quote: Uint8Array) => Uint8Array) | undefined;
  readonly editCollateral?: ((collateral: DcapQvlCollateral, tdx: SimulatedTdx) => unknown) | undefined;
  readonly policy?: Partial<QuotePolicy> | undefined;
  /** Time of verification; default `now`. */
  readonly at?: Date | undefined;
  readonly primitives?: Primitives | undefined;
}

export const SCENARIO_NOW: Date = new Date('2026-03-01T12:00:00Z');
export const SCENARIO_REPORT_DATA: Uint8Array = Uint8Array.from({ length: 64 }, (_, i) => 255 - i);

/** Makes the machine, verifies it under the published simulated root, and returns or throws what `verifyQuote` does. */
export async function verifySimulated(scenario: SimulatedScenario = {}): Promise<VerifiedQuote> {
  const now = scenario.now ?? SCENARIO_NOW;
  const tdx = createSimulatedTdx({ ...scenario, now });
  const quote = tdx.quote({
    measurements: simulatedMeasurements('worker'),
    reportData: SCENARIO_REPORT_DATA,
    ...scenario.request,
  });
  const collateral = tdx.collateral();
  return verifyQuote(scenario.editQuote?.(quote) ?? quote, {
    collateral: parseCollateral(scenario.editCollateral?.(collateral, tdx) ?? collateral),
    now: scenario.at ?? now,
    policy: {
      measurements: [simulatedMeasurementRule('worker')],
      reportData: SCENARIO_REPORT_DATA,
      ...scenario.policy,
    },
    anchor: simulatedAnchor(simulatedRootDer()),
    primitives: scenario.primitives,
  });
}
