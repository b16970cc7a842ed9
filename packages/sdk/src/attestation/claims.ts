// What does a verified quote state, in a form a policy and a user interface can read?
import { toHex } from '../internal/bytes.js';
import type { TdReport } from './parse-td-report.js';
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

/** Everything a policy judges. Times are those of the verification. */
export interface QuoteClaims extends PckPlatform {
  readonly tcb: TcbVerdict;
  /** The lower of the two documents' numbers. */
  readonly tcbEvaluationDataNumber: number;
  readonly measurements: Measurements;
  /** 64 bytes. */
  readonly reportData: Uint8Array;
  readonly attributes: TdAttributes;
  /** 16 hex digits. */
  readonly xfam: string;
  /** 96 hex digits when a service TD is bound to the TD. */
  readonly serviceTd?: string | undefined;
  /** The oldest of TCB info, QE identity and PCK CRL. */
  readonly collateralIssuedAt: Date;
  readonly verifiedAt: Date;
  /** Intersection of the windows of all certificates, lists and documents. */
  readonly validFrom: Date;
  readonly validUntil: Date;
  /** True when the chain ends in a simulated root: the evidence proves nothing about hardware. */
  readonly simulated: boolean;
}

export function readMeasurements(report: TdReport): Measurements {
  return {
    mrtd: toHex(report.mrtd),
    rtmr0: toHex(report.rtmr0),
    rtmr1: toHex(report.rtmr1),
    rtmr2: toHex(report.rtmr2),
    rtmr3: toHex(report.rtmr3),
    mrConfigId: toHex(report.mrConfigId),
    mrOwner: toHex(report.mrOwner),
    mrOwnerConfig: toHex(report.mrOwnerConfig),
    mrSeam: toHex(report.mrSeam),
  };
}

/**
 * Bits of TDATTRIBUTES with a published meaning (Intel TDX module ABI), little-endian: 0 debug, 16 ICSSD, 27 LASS, 28 SEPT_VE_DISABLE,
 * 29 migratable, 30 protection keys, 31 key locker, 62 TPA, 63 performance counters. The profiling bits count as debugging, so they are none.
 */
const KNOWN_BITS = Uint8Array.of(0x01, 0x00, 0x01, 0xf8, 0x00, 0x00, 0x00, 0xc0);

export function readAttributes(bytes: Uint8Array): TdAttributes {
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

export function readServiceTd(report: TdReport): string | undefined {
  const hash = report.mrServiceTd;
  return hash?.some((byte) => byte !== 0) === true ? toHex(hash) : undefined;
}
