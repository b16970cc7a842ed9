// What does the TD report inside a quote say?
import { Cursor } from './format/cursor.js';

/** The TD report body of a quote; views into the quote. Sizes in bytes. */
export interface TdReport {
  /** 16: [0] module SVN, [1] module major version, [2] late microcode. */
  readonly teeTcbSvn: Uint8Array;
  /** 48 each. */
  readonly mrSeam: Uint8Array;
  readonly mrSignerSeam: Uint8Array;
  /** 8 each. */
  readonly seamAttributes: Uint8Array;
  readonly tdAttributes: Uint8Array;
  readonly xfam: Uint8Array;
  /** 48 each. */
  readonly mrtd: Uint8Array;
  readonly mrConfigId: Uint8Array;
  readonly mrOwner: Uint8Array;
  readonly mrOwnerConfig: Uint8Array;
  readonly rtmr0: Uint8Array;
  readonly rtmr1: Uint8Array;
  readonly rtmr2: Uint8Array;
  readonly rtmr3: Uint8Array;
  /** 64. */
  readonly reportData: Uint8Array;
  /** TD 1.5 only: 16, the SVN of the module running now; 48, hash over the bound service TDs. */
  readonly teeTcbSvn2?: Uint8Array | undefined;
  readonly mrServiceTd?: Uint8Array | undefined;
  readonly extended?: ExtendedTdReport | undefined;
}

/** What only the extended TD 1.5 body has (Intel DCAP, sgx_quote_5.h); signed, but nothing below the policy depends on it. */
export interface ExtendedTdReport {
  readonly vmId: number;
  /** 32. */
  readonly tdId: Uint8Array;
  /** 48. */
  readonly deviceInfo: Uint8Array;
  /** 48 and 8 each: hash over the service TDs bound at launch and now, and their attributes. */
  readonly initialServiceTd: Uint8Array;
  readonly initialServiceTdAttributes: Uint8Array;
  /** 16 each: versions of CPU and TDX module at launch. */
  readonly initialCpuSvn: Uint8Array;
  readonly initialTeeTcbSvn: Uint8Array;
  /** 12. */
  readonly initialFmspc: Uint8Array;
  readonly currentServiceTd: Uint8Array;
  readonly currentServiceTdAttributes: Uint8Array;
}

/** Body sizes by v5 body type: TD 1.0, TD 1.5, TD 1.5 extended (Intel DCAP, sgx_quote_5.h). */
export const TD_REPORT_SIZES: ReadonlyMap<number, number> = new Map([
  [2, 584],
  [3, 648],
  [4, 885],
]);

/** Offsets as in the Intel TDX DCAP quote format; the body has one of the sizes above. */
export function parseTdReport(body: Uint8Array): TdReport {
  const cursor = new Cursor(body);
  const report: TdReport = {
    teeTcbSvn: cursor.take(16),
    mrSeam: cursor.take(48),
    mrSignerSeam: cursor.take(48),
    seamAttributes: cursor.take(8),
    tdAttributes: cursor.take(8),
    xfam: cursor.take(8),
    mrtd: cursor.take(48),
    mrConfigId: cursor.take(48),
    mrOwner: cursor.take(48),
    mrOwnerConfig: cursor.take(48),
    rtmr0: cursor.take(48),
    rtmr1: cursor.take(48),
    rtmr2: cursor.take(48),
    rtmr3: cursor.take(48),
    reportData: cursor.take(64),
  };
  if (cursor.remaining === 0) return report;
  const newer = { ...report, teeTcbSvn2: cursor.take(16), mrServiceTd: cursor.take(48) };
  return cursor.remaining === 0 ? newer : { ...newer, extended: parseExtended(cursor) };
}

function parseExtended(cursor: Cursor): ExtendedTdReport {
  return {
    vmId: cursor.take(1)[0] ?? 0,
    tdId: cursor.take(32),
    deviceInfo: cursor.take(48),
    initialServiceTd: cursor.take(48),
    initialServiceTdAttributes: cursor.take(8),
    initialCpuSvn: cursor.take(16),
    initialTeeTcbSvn: cursor.take(16),
    initialFmspc: cursor.take(12),
    currentServiceTd: cursor.take(48),
    currentServiceTdAttributes: cursor.take(8),
  };
}
