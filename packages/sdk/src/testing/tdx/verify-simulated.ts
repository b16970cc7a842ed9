// Which verdict does the production verifier reach about a simulated machine?

import { parseCollateral, type VerifiedQuote, verifyQuote } from '../../attestation/index.js';
import type { QuotePrimitives } from '../../internal/primitives.js';
import { simulatedAnchor } from '../../unsafe.js';
import { prepareSimulated, type SimulatedScenario } from './prepare-simulated.js';
import { simulatedRootDer } from './simulated-root.js';

/** Makes the machine, verifies it under the published simulated root, and returns or throws what `verifyQuote` does. */
export async function verifySimulated(
  scenario: SimulatedScenario & { readonly primitives?: QuotePrimitives | undefined } = {},
): Promise<VerifiedQuote> {
  const { quote, collateral, now, policy } = prepareSimulated(scenario);
  return verifyQuote(quote, {
    collateral: parseCollateral(collateral),
    now,
    policy,
    anchor: simulatedAnchor(simulatedRootDer()),
    primitives: scenario.primitives,
  });
}
