// What is one defect of a machine, its quote or its collateral?
import type { AttestationCode } from '../../../attestation/index.js';
import type { SimulatedScenario } from '../prepare-simulated.js';

/** Name, code without the prefix `ATTESTATION_`, and what is wrong; everything else about the machine is in order. */
export type DefectCase = readonly [
  name: string,
  code: AttestationCode,
  scenario: SimulatedScenario,
  /** Where several steps have the code. */
  step?: number,
];

/** A machine that a verifier must refuse, and why. */
export interface QuoteDefect {
  /** Unique and stable. */
  readonly name: string;
  /** The first step of verification that finds it, numbered as in the `checks` of a verified quote. */
  readonly step: number;
  /** The code of the refusal, for example `ATTESTATION_QUOTE_SIG`. */
  readonly code: string;
  readonly scenario: SimulatedScenario;
}
