// Which verdict does the synchronous verifier reach about a simulated machine?
import { parseCollateral, type VerifiedQuote } from '../../src/attestation/index.js';
import { verifyQuoteSync } from '../../src/attestation/verify-quote-sync.js';
import type { SyncQuotePrimitives } from '../../src/internal/primitives.js';
import { prepareSimulated, type SimulatedScenario, simulatedRootDer } from '../../src/testing/tdx/index.js';
import { simulatedAnchor } from '../../src/unsafe.js';

export function verifyAtOnce(scenario: SimulatedScenario, primitives?: SyncQuotePrimitives): VerifiedQuote {
  const { quote, collateral, now, policy } = prepareSimulated(scenario);
  return verifyQuoteSync(quote, {
    collateral: parseCollateral(collateral),
    now,
    policy,
    anchor: simulatedAnchor(simulatedRootDer()),
    primitives,
  });
}
