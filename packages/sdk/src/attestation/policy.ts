// What does a relying party demand of a machine? Plain data, strict where nothing is said.

import { MEASUREMENTS, type Measurements } from './claims.js';
import { parseAs } from './fail.js';
import { expectFormat } from './format/cursor.js';
import { TCB_STATUSES, type TcbStatus } from './tcb-status.js';

/** Allowed values of registers, as hex; a list means any of them. At least one register. All given registers must match. */
export type MeasurementRule = {
  readonly [Register in keyof Measurements]?: string | readonly string[] | undefined;
} & {
  /** `QuoteClaims.imageHash`: 64 hex digits. */
  readonly imageHash?: string | readonly string[] | undefined;
  readonly name?: string | undefined;
};

export interface QuotePolicy {
  /** One rule must match; an empty list matches nothing. `'any'` accepts every workload. */
  readonly measurements: readonly MeasurementRule[] | 'any';
  /** The 64 bytes that bind the quote to a channel or document. `'any'`: the caller checks the binding. */
  readonly reportData: Uint8Array | 'any';
  /** Default `['UpToDate']`. `Revoked` can not be allowed. */
  readonly tcbStatuses?: readonly TcbStatus[] | undefined;
  /**
   * How many days after `tcb.date` an allowed status that calls the machine outdated (`OutOfDate…`, `TDRelaunchAdvised…`) is still
   * accepted; default without end.
   */
  readonly graceDays?: number | undefined;
  /** Smallest tcbEvaluationDataNumber of both documents; default none. */
  readonly minTcbEvaluationDataNumber?: number | undefined;
  /**
   * Largest age of TCB info, QE identity and PCK CRL. Default none beyond Intel's own windows of 30 days: Intel has left a list in
   * place for three weeks, so a shorter default would refuse the newest there is. A cache refuses what is older than it saw before.
   */
  readonly maxCollateralAgeMs?: number | undefined;
  /** Accepts TDs whose memory the host can read; default false. */
  readonly allowDebug?: boolean | undefined;
  /** Default true; older Azure paravisor TDs clear the bit. */
  readonly requireSeptVeDisable?: boolean | undefined;
  /** Processor features the TD may use beside x87 and SSE, 16 hex digits as in `xfam`; default `e7db060000000000`, all of TDX 1.5. */
  readonly xfamAllowed?: string | undefined;
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
  ...MEASUREMENTS,
  'name',
  'imageHash',
] satisfies (keyof MeasurementRule)[];
const POLICY_KEYS: readonly string[] = [
  'measurements',
  'reportData',
  'tcbStatuses',
  'graceDays',
  'minTcbEvaluationDataNumber',
  'maxCollateralAgeMs',
  'xfamAllowed',
  'allowDebug',
  'requireSeptVeDisable',
  'allowServiceTd',
  'advisories',
  'mrSeam',
  'machines',
] satisfies (keyof QuotePolicy)[];

/** Refuses policies that would silently check less than they seem to: misspelt names, empty rules, forgotten fields. */
export function checkPolicyShape(policy: QuotePolicy): void {
  parseAs('OPTIONS', 'policy', () => {
    checkKeys(policy, POLICY_KEYS);
    const { measurements, reportData } = policy;
    expectFormat(
      reportData === 'any' || (reportData instanceof Uint8Array && reportData.length === 64),
      'reportData',
    );
    expectFormat(measurements === 'any' || Array.isArray(measurements), 'measurements');
    for (const rule of measurements === 'any' ? [] : measurements) {
      checkKeys(rule, RULE_KEYS);
      const registers = Object.entries(rule).filter(([key, value]) => key !== 'name' && value !== undefined);
      expectFormat(registers.length > 0, 'a rule without registers');
      for (const [register, value] of registers)
        checkHex([value].flat(), register === 'imageHash' ? 64 : 96, register);
    }
    for (const key of ['graceDays', 'minTcbEvaluationDataNumber', 'maxCollateralAgeMs'] as const) {
      const limit = policy[key];
      expectFormat(limit === undefined || (Number.isFinite(limit) && limit >= 0), key);
    }
    const statuses = policy.tcbStatuses ?? [];
    expectFormat(
      statuses.every((status) => TCB_STATUSES.includes(status)),
      'tcbStatuses',
    );
    checkHex(policy.xfamAllowed === undefined ? [] : [policy.xfamAllowed], 16, 'xfamAllowed');
    checkHex(policy.mrSeam, 96, 'mrSeam');
    checkHex(policy.machines, 32, 'machines');
  });
}

function checkKeys(object: object, known: readonly string[]): void {
  for (const key of Object.keys(object)) expectFormat(known.includes(key), 'unknown field');
}

function checkHex(values: readonly unknown[] = [], digits: number, what: string): void {
  const pattern = new RegExp(`^[0-9a-fA-F]{${digits}}$`);
  expectFormat(
    values.every((value) => typeof value === 'string' && pattern.test(value)),
    what,
  );
}
