// Which dangers can be switched on deliberately? This entry is never re-exported: importing it is visible in a review.
import { registerSimulatedRoot, type SimulatedAnchor } from './attestation/anchor.js';

export type { SimulatedAnchor } from './attestation/anchor.js';

/**
 * Lets `verifyQuote` trust a simulated root certificate (DER) instead of Intel's. Every result then says `simulated: true`.
 * For tests, demos and development only: whoever has the simulated root's published key can imitate any machine.
 */
export function simulatedAnchor(rootDer: Uint8Array): SimulatedAnchor {
  return registerSimulatedRoot(rootDer);
}
