// What does a relying party demand of a machine? Plain data, strict where nothing is said.

import type { Measurements } from './claims.js';
import { check } from './fail.js';
import type { TcbStatus } from './tcb-status.js';

/** Allowed values of registers, as hex; a list means any of them. At least one register. All given registers must match. */
export type MeasurementRule = {
  readonly [Register in keyof Measurements]?: string | readonly string[] | undefined;
} & {
  readonly name?: string | undefined;
};

export interface QuotePolicy {
  /** One rule must match; an empty list matches nothing. `'any'` accepts every workload. */
  readonly measurements: readonly MeasurementRule[] | 'any';
  /** The 64 bytes that bind the quote to a channel or document. `'any'`: the caller checks the binding. */
  readonly reportData: Uint8Array | 'any';
  /** Default `['UpToDate']`. `Revoked` can not be allowed. */
  readonly tcbStatuses?: readonly TcbStatus[] | undefined;
  /** Smallest tcbEvaluationDataNumber of both documents; default none. */
  readonly minTcbEvaluationDataNumber?: number | undefined;
  /** Largest age of TCB info, QE identity and PCK CRL; default none (Intel's windows of 30 days). */
  readonly maxCollateralAgeMs?: number | undefined;
  /** Accepts TDs whose memory the host can read; default false. */
  readonly allowDebug?: boolean | undefined;
  /** Default true; older Azure paravisor TDs clear the bit. */
  readonly requireSeptVeDisable?: boolean | undefined;
  /** Accepts migratable TDs and bound service TDs; default false. */
  readonly allowServiceTd?: boolean | undefined;
  /** `deny`: none of these; `accept`: no others. Default: all, the status decides. */
  readonly advisories?:
    | { readonly deny?: readonly string[] | undefined; readonly accept?: readonly string[] | undefined }
    | undefined;
  /** Allowed TDX modules, hex; default all of Intel's. */
  readonly mrSeam?: readonly string[] | undefined;
  /** Known machines: PPID or platform instance id, hex; default all. */
  readonly machines?: readonly string[] | undefined;
}

const RULE_KEYS: readonly string[] = [
  'name',
  'mrtd',
  'rtmr0',
  'rtmr1',
  'rtmr2',
  'rtmr3',
  'mrConfigId',
  'mrOwner',
  'mrOwnerConfig',
  'mrSeam',
] satisfies (keyof MeasurementRule)[];
const POLICY_KEYS: readonly string[] = [
  'measurements',
  'reportData',
  'tcbStatuses',
  'minTcbEvaluationDataNumber',
  'maxCollateralAgeMs',
  'allowDebug',
  'requireSeptVeDisable',
  'allowServiceTd',
  'advisories',
  'mrSeam',
  'machines',
] satisfies (keyof QuotePolicy)[];

/** Refuses policies that would silently check less than they seem to: misspelt names, empty rules, forgotten fields. */
export function checkPolicyShape(policy: QuotePolicy): void {
  check(typeof policy === 'object' && policy !== null, 'OPTIONS', 'policy is missing');
  checkKeys(policy, POLICY_KEYS, 'policy');
  const { measurements, reportData } = policy;
  check(
    reportData === 'any' || (reportData instanceof Uint8Array && reportData.length === 64),
    'OPTIONS',
    "policy.reportData is neither 64 bytes nor 'any'",
  );
  check(
    measurements === 'any' || Array.isArray(measurements),
    'OPTIONS',
    "policy.measurements is neither a list nor 'any'",
  );
  for (const rule of measurements === 'any' ? [] : measurements) {
    check(typeof rule === 'object' && rule !== null, 'OPTIONS', 'a measurement rule is not an object');
    checkKeys(rule, RULE_KEYS, 'a measurement rule');
    const registers = Object.entries(rule).filter(([key, value]) => key !== 'name' && value !== undefined);
    check(registers.length > 0, 'OPTIONS', 'a measurement rule names no register');
    for (const [key, value] of registers) checkHex([value].flat(), 96, `measurement rule, ${key}`);
  }
  for (const limit of [policy.minTcbEvaluationDataNumber, policy.maxCollateralAgeMs]) {
    check(
      limit === undefined || (Number.isFinite(limit) && limit >= 0),
      'OPTIONS',
      'a limit of the policy is not a number',
    );
  }
  checkHex(policy.mrSeam ?? [], 96, 'policy.mrSeam');
  checkHex(policy.machines ?? [], 32, 'policy.machines');
}

function checkKeys(object: object, known: readonly string[], what: string): void {
  const unknown = Object.keys(object).find((key) => !known.includes(key));
  check(unknown === undefined, 'OPTIONS', `${what} has an unknown field`);
}

function checkHex(values: readonly unknown[], digits: number, what: string): void {
  const good = values.every(
    (value) => typeof value === 'string' && value.length === digits && /^[0-9a-fA-F]+$/.test(value),
  );
  check(good, 'OPTIONS', `${what} holds something else than ${digits} hex digits`);
}
