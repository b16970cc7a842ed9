// What does a verified quote state, in a form a policy and a user interface can read?
import { concat, toHex } from '../internal/bytes.js';
import type { ExtendedTdReport, TdReport } from './parse-td-report.js';
import type { TcbVerdict } from './steps/merge-tcb.js';
import type { PckPlatform } from './x509/parse-sgx-extension.js';

/** SHA-384 registers, 96 lower-case hex digits each. */
export interface Measurements {
  readonly mrtd: string;
  readonly rtmr0: string;
  readonly rtmr1: string;
  readonly rtmr2: string;
  readonly rtmr3: string;
  readonly mrConfigId: string;
  readonly mrOwner: string;
  readonly mrOwnerConfig: string;
  readonly mrSeam: string;
}

/** TD attributes, decoded. `reserved` is true when a bit is set that has no published meaning. */
export interface TdAttributes {
  readonly hex: string;
  readonly debug: boolean;
  readonly septVeDisable: boolean;
  readonly migratable: boolean;
  readonly protectionKeys: boolean;
  readonly keyLocker: boolean;
  readonly perfmon: boolean;
  readonly reserved: boolean;
}

/** What the TD itself states. */
export interface TdClaims {
  readonly measurements: Measurements;
  /** 64 hex digits: the number by which the Cocoon network lists an image (`cocoonImageHash`). */
  readonly imageHash: string;
  /** 64 bytes. */
  readonly reportData: Uint8Array;
  readonly attributes: TdAttributes;
  /** 16 hex digits. */
  readonly xfam: string;
  /** 32 hex digits: version of the TDX module that launched the TD; first byte minor, second major. */
  readonly teeTcbSvn: string;
  /** TD 1.5: the same of the module running now. */
  readonly teeTcbSvn2?: string | undefined;
  /** 96 hex digits when a service TD is bound to the TD, or was. */
  readonly serviceTd?: string | undefined;
  /** The extended body of 2026, hex. */
  readonly extended?: ExtendedTdClaims | undefined;
}

export type ExtendedTdClaims = {
  readonly [Field in keyof ExtendedTdReport]: Field extends 'vmId' ? number : string;
};

/** Everything a policy judges. Times are those of the verification. */
export interface QuoteClaims extends PckPlatform, TdClaims {
  readonly tcb: TcbVerdict;
  /** The lower of the two documents' numbers. */
  readonly tcbEvaluationDataNumber: number;
  /** The oldest of TCB info, QE identity and PCK CRL. */
  readonly collateralIssuedAt: Date;
  readonly verifiedAt: Date;
  /** Intersection of the windows of all certificates, lists and documents. */
  readonly validFrom: Date;
  readonly validUntil: Date;
  /** True when the chain ends in a simulated root: the evidence proves nothing about hardware. */
  readonly simulated: boolean;
}

/** All there are, in the order they are shown. */
export const MEASUREMENTS: readonly (keyof Measurements)[] = [
  'mrtd',
  'rtmr0',
  'rtmr1',
  'rtmr2',
  'rtmr3',
  'mrConfigId',
  'mrOwner',
  'mrOwnerConfig',
  'mrSeam',
];
/** Those an image's hash covers, in its order. */
const IMAGE_REGISTERS = [
  'mrtd',
  'mrConfigId',
  'mrOwner',
  'mrOwnerConfig',
  'rtmr0',
  'rtmr1',
  'rtmr2',
  'rtmr3',
] as const;
const NO_REPORT_DATA = new Uint8Array(64);

export function readMeasurements(report: TdReport): Measurements {
  return toHexFields(report, MEASUREMENTS);
}

/** Copies what it reads: claims outlive the quote. */
export function readTdClaims(report: TdReport, sha256: (data: Uint8Array) => Uint8Array): TdClaims {
  const { extended, teeTcbSvn2 } = report;
  const services = [report.mrServiceTd, extended?.currentServiceTd, extended?.initialServiceTd];
  const serviceTd = services.find((hash) => hash?.some((byte) => byte !== 0) === true);
  return {
    measurements: readMeasurements(report),
    imageHash: toHex(sha256(concat(...IMAGE_REGISTERS.map((name) => report[name]), NO_REPORT_DATA))),
    reportData: report.reportData.slice(),
    attributes: readAttributes(report.tdAttributes),
    xfam: toHex(report.xfam),
    teeTcbSvn: toHex(report.teeTcbSvn),
    teeTcbSvn2: teeTcbSvn2 && toHex(teeTcbSvn2),
    serviceTd: serviceTd && toHex(serviceTd),
    extended: extended && readExtended(extended),
  };
}

function readExtended({ vmId, ...fields }: ExtendedTdReport): ExtendedTdClaims {
  // A parser made the report field by field: it has no others.
  return { vmId, ...toHexFields(fields, Object.keys(fields) as (keyof typeof fields)[]) };
}

function toHexFields<Name extends string>(
  fields: Readonly<Record<Name, Uint8Array>>,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const entries = names.map((name) => [name, toHex(fields[name])]);
  // The names that were given, each now with a text.
  return Object.fromEntries(entries) as Record<Name, string>;
}

/**
 * Bits of TDATTRIBUTES with a published meaning (Intel TDX module ABI), little-endian: 0 debug, 16 ICSSD, 27 LASS, 28 SEPT_VE_DISABLE,
 * 29 migratable, 30 protection keys, 31 key locker, 62 TPA, 63 performance counters. The profiling bits count as debugging, so they are none.
 */
const KNOWN_BITS = Uint8Array.of(0x01, 0x00, 0x01, 0xf8, 0x00, 0x00, 0x00, 0xc0);

function readAttributes(bytes: Uint8Array): TdAttributes {
  const bit = (n: number): boolean => (((bytes[n >> 3] ?? 0) >> (n & 7)) & 1) === 1;
  return {
    hex: toHex(bytes),
    debug: bit(0),
    septVeDisable: bit(28),
    migratable: bit(29),
    protectionKeys: bit(30),
    keyLocker: bit(31),
    perfmon: bit(63),
    reserved: bytes.some((byte, i) => (byte & ~(KNOWN_BITS[i] ?? 0)) !== 0),
  };
}
