// Does a machine that Intel vouches for also meet the relying party's policy?
import { equalBytes } from '../internal/bytes.js';
import type { Measurements, QuoteClaims } from './claims.js';
import { check } from './fail.js';
import { checkPolicyShape, type MeasurementRule, type QuotePolicy } from './policy.js';

/** The bits of XFAM that TDX 1.5 knows (Intel TDX module ABI); others could hide state from the module. */
const XFAM_ALLOWED = 'e7db060000000000';
/** x87 and SSE, in the first byte: always on. */
const XFAM_REQUIRED = 3n << 56n;
const DAY_MS = 86_400_000;

export interface PolicyVerdict {
  /** Position in `policy.measurements` and name of the rule that matched; absent for `'any'`. */
  readonly rule?: { readonly index: number; readonly name: string | undefined } | undefined;
}

/**
 * Judges verified claims; pure, so a changed policy can be applied without verifying again.
 * @throws CocoonError `ATTESTATION_TD_DEBUG`, `_TD_ATTRIBUTES`, `_SEPT_VE_DISABLE`, `_XFAM`, `_SERVICE_TD`, `_TCB_STATUS`,
 * `_TCB_EVAL_NUMBER`, `_COLLATERAL_AGE`, `_TCB_ADVISORY`, `_MEASUREMENT`, `_REPORT_DATA`, `_MACHINE`, `_OPTIONS`
 */
export function evaluatePolicy(claims: QuoteClaims, policy: QuotePolicy): PolicyVerdict {
  checkPolicyShape(policy);
  checkTd(claims, policy);
  checkTcb(claims, policy);
  const rule = checkMeasurements(claims, policy);
  check(policy.reportData === 'any' || equalBytes(claims.reportData, policy.reportData), 'REPORT_DATA');
  const ids = [claims.ppid, claims.platformInstanceId];
  check(
    policy.machines === undefined || policy.machines.some((id) => ids.includes(id.toLowerCase())),
    'MACHINE',
  );
  return rule === undefined ? {} : { rule };
}

function checkTd({ attributes, xfam, serviceTd }: QuoteClaims, policy: QuotePolicy): void {
  check(!attributes.debug || policy.allowDebug === true, 'TD_DEBUG');
  check(!attributes.reserved, 'TD_ATTRIBUTES', 'reserved');
  check(!attributes.migratable || policy.allowServiceTd === true, 'TD_ATTRIBUTES', 'migratable');
  check(attributes.septVeDisable || policy.requireSeptVeDisable === false, 'SEPT_VE_DISABLE');
  // Both are 16 digits in the order of the bytes, so that the same bits meet.
  const features = BigInt(`0x${xfam}`);
  const allowed = BigInt(`0x${policy.xfamAllowed ?? XFAM_ALLOWED}`) | XFAM_REQUIRED;
  check((features & XFAM_REQUIRED) === XFAM_REQUIRED, 'XFAM');
  check((features | allowed) === allowed, 'XFAM');
  check(serviceTd === undefined || policy.allowServiceTd === true, 'SERVICE_TD');
}

function checkTcb(claims: QuoteClaims, policy: QuotePolicy): void {
  const { status, date, advisories } = claims.tcb;
  check((policy.tcbStatuses ?? ['UpToDate']).includes(status), 'TCB_STATUS', status);
  const days = (claims.verifiedAt.getTime() - date.getTime()) / DAY_MS;
  const outdated = /^OutOfDate|^TDRelaunch/.test(status);
  check(!outdated || days <= (policy.graceDays ?? Number.POSITIVE_INFINITY), 'TCB_STATUS', 'grace is over');
  const number = claims.tcbEvaluationDataNumber;
  check(number >= (policy.minTcbEvaluationDataNumber ?? 0), 'TCB_EVAL_NUMBER', `${number}`);
  const age = claims.verifiedAt.getTime() - claims.collateralIssuedAt.getTime();
  check(age <= (policy.maxCollateralAgeMs ?? Number.POSITIVE_INFINITY), 'COLLATERAL_AGE', `${age} ms`);
  const { deny = [], accept } = policy.advisories ?? {};
  const refused = advisories.find((id) => deny.includes(id) || accept?.includes(id) === false);
  check(refused === undefined, 'TCB_ADVISORY', refused);
}

function checkMeasurements(
  { measurements, imageHash }: QuoteClaims,
  policy: QuotePolicy,
): PolicyVerdict['rule'] {
  const actual = { ...measurements, imageHash };
  check(policy.mrSeam === undefined || allows(policy.mrSeam, actual.mrSeam), 'MEASUREMENT', 'mrSeam');
  if (policy.measurements === 'any') return undefined;
  const index = policy.measurements.findIndex((rule) => matches(rule, actual));
  check(index >= 0, 'MEASUREMENT');
  return { index, name: policy.measurements[index]?.name };
}

function matches(rule: MeasurementRule, actual: Measurements & { readonly imageHash: string }): boolean {
  return Object.entries(actual).every(([register, value]) => {
    const allowed = rule[register as keyof typeof actual];
    return allowed === undefined || allows([allowed].flat(), value);
  });
}

function allows(list: readonly string[], value: string): boolean {
  return list.some((entry) => entry.toLowerCase() === value);
}
