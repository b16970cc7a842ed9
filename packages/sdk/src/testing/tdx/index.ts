// A simulated Intel: certificates, collateral and quotes in Intel's shape under a root that says it is simulated.
export {
  createSimulatedTdx,
  type DocumentFault,
  type SimulatedFaults,
  type SimulatedTdx,
  type SimulatedTdxOptions,
} from './create-simulated-tdx.js';
export type { QuoteDefect } from './defects/quote-defect.js';
export { quoteDefects } from './defects/quote-defects.js';
export { type QuoteVariant, quoteVariants } from './defects/quote-variants.js';
export { SIMULATED_FMSPC, type SimulatedQeIdentity, type SimulatedTcbInfo } from './documents.js';
export type { CertificateFault } from './make-certificate.js';
export type { CrlFault } from './make-crl.js';
export type { QeFields, QuoteFaults, QuoteRequest } from './make-quote.js';
export { type SimulatedRole, simulatedMeasurementRule, simulatedMeasurements } from './measurements.js';
export {
  prepareSimulated,
  SCENARIO_NOW,
  SCENARIO_REPORT_DATA,
  type SimulatedEvidence,
  type SimulatedScenario,
} from './prepare-simulated.js';
export { simulatedRootDer } from './simulated-root.js';
export { verifySimulated } from './verify-simulated.js';
