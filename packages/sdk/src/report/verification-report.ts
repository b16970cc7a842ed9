// What was verified, by whom, and what was not? Data first, text made from it; never more than the code proves.
import { exportReport, type ReportProof } from './export-report.js';
import { SIMULATED_TDX } from './simulated-label.js';

/**
 * `proven`: a signature or hash chain shows it. `declared`: the machine's operator says it. `assumed`: nothing here shows it.
 */
export type Basis = 'proven' | 'declared' | 'assumed';

export interface ReportLine {
  readonly check: string;
  readonly expected: string;
  readonly actual: string;
  readonly basis: Basis;
  readonly passed: boolean;
  /** `client`, `registry`, or role and the first 16 hex digits of the machine's digest. */
  readonly machine: string;
}

export interface Reader {
  readonly hop: string;
  /** Who, on this hop, can read prompt and answer. */
  readonly content: string;
  /** What else can be seen there. */
  readonly sees: string;
}

export interface ReportData {
  readonly version: 1;
  readonly route: 'sealed';
  /** True when any machine is under a simulated root: then nothing here protects anything. */
  readonly simulated: boolean;
  readonly network: string;
  /** ISO 8601. */
  readonly at: string;
  /** K: machines this request was sealed to, or would be. */
  readonly candidates: number;
  readonly lines: readonly ReportLine[];
  readonly readers: readonly Reader[];
  readonly notCovered: readonly string[];
}

export class VerificationReport implements ReportData {
  readonly version = 1;
  readonly route = 'sealed';
  readonly simulated: boolean;
  readonly network: string;
  readonly at: string;
  readonly candidates: number;
  readonly lines: readonly ReportLine[];
  readonly readers: readonly Reader[];
  readonly notCovered: readonly string[];
  readonly #proof: ReportProof;

  constructor(data: Omit<ReportData, 'version' | 'route'>, proof: ReportProof) {
    this.simulated = data.simulated;
    this.network = data.network;
    this.at = data.at;
    this.candidates = data.candidates;
    this.lines = data.lines;
    this.readers = data.readers;
    this.notCovered = data.notCovered;
    this.#proof = proof;
  }

  /** Whether every line passed. Says nothing about `declared` and `assumed` ones: see `weakest`. */
  get passed(): boolean {
    return this.lines.every((line) => line.passed);
  }

  /** The weakest basis any line rests on. */
  get weakest(): Basis {
    const found = new Set(this.lines.map(({ basis }) => basis));
    return found.has('assumed') ? 'assumed' : found.has('declared') ? 'declared' : 'proven';
  }

  toJSON(): ReportData & { label?: string } {
    const { version, route, simulated, network, at, candidates, lines, readers, notCovered } = this;
    const label = simulated ? { label: SIMULATED_TDX } : {};
    return { ...label, version, route, simulated, network, at, candidates, lines, readers, notCovered };
  }

  /**
   * JSON with the evidence, collateral and rules of this time, for `verifyReportExport` of `@cocoonkit/sdk/report` or
   * `cocoonkit report verify`, years later. Holds no content, no account and no secret.
   */
  export(): string {
    return exportReport(this.#proof, this.at);
  }

  /** For a terminal: one line a check. */
  toString(): string {
    const head = `${this.simulated ? `${SIMULATED_TDX}: nothing below protects real data\n` : ''}network ${this.network}, sealed to ${this.candidates} machine(s)`;
    const lines = this.lines.map(
      ({ machine, check, actual, basis, passed }) =>
        `${passed ? 'ok  ' : 'FAIL'} ${machine}: ${check}: ${actual} (${basis})`,
    );
    const readers = this.readers.map(
      ({ hop, content, sees }) => `who reads on ${hop}: ${content}; visible: ${sees}`,
    );
    return [head, ...lines, ...readers, ...this.notCovered.map((text) => `not covered: ${text}`)].join('\n');
  }
}
