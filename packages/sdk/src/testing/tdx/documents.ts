// Which TCB info and QE identity does the simulated Intel publish?

import { toHex } from '../../internal/bytes.js';
import { simulatedBytes } from './keys.js';

export const SIMULATED_FMSPC = '5a5a5a000000';
export const SIMULATED_PCE_ID = '0000';
/** The component versions of an up-to-date simulated CPU, and its PCE. */
export const COMPONENT_SVNS: readonly number[] = [3, 3, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0];
export const PCE_SVN = 13;
/** TEE_TCB_SVN of an up-to-date simulated TD: module 1.07, microcode 3. */
export const TEE_TCB_SVN: readonly number[] = [7, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
export const QE_MR_SIGNER = toHex(simulatedBytes('quoting enclave signer', 32));
export const QE_ISV_SVN = 8;

const ZERO_48 = '00'.repeat(48);
const DATES = {
  current: '2024-11-13T00:00:00Z',
  old: '2023-08-09T00:00:00Z',
  oldest: '2021-01-01T00:00:00Z',
};

export interface SimulatedLevel {
  tcb: { sgxtcbcomponents: { svn: number }[]; pcesvn: number; tdxtcbcomponents: { svn: number }[] };
  tcbDate: string;
  tcbStatus: string;
  advisoryIDs?: string[];
}

export interface SimulatedIsvLevel {
  tcb: { isvsvn: number };
  tcbDate: string;
  tcbStatus: string;
  advisoryIDs?: string[];
}

export interface SimulatedModule {
  mrsigner: string;
  attributes: string;
  attributesMask: string;
}

/** Mutable, so that a fault can be written as an edit. */
export interface SimulatedTcbInfo {
  id: string;
  version: number;
  issueDate: string;
  nextUpdate: string;
  fmspc: string;
  pceId: string;
  tcbType: number;
  tcbEvaluationDataNumber: number;
  tdxModule: SimulatedModule;
  tdxModuleIdentities: (SimulatedModule & { id: string; tcbLevels: SimulatedIsvLevel[] })[];
  tcbLevels: SimulatedLevel[];
}

export interface SimulatedQeIdentity {
  id: string;
  version: number;
  issueDate: string;
  nextUpdate: string;
  tcbEvaluationDataNumber: number;
  miscselect: string;
  miscselectMask: string;
  attributes: string;
  attributesMask: string;
  mrsigner: string;
  isvprodid: number;
  tcbLevels: SimulatedIsvLevel[];
}

/** Intel's spelling of a time: whole seconds, Z. */
export function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function level(microcode: number, status: string, date: string, advisories: string[]): SimulatedLevel {
  const late = COMPONENT_SVNS.map((svn, i) => ({ svn: i < 2 ? microcode : svn }));
  const tdx = [5, 0, microcode, ...Array.from({ length: 13 }, () => 0)].map((svn) => ({ svn }));
  return {
    tcb: { sgxtcbcomponents: late, pcesvn: PCE_SVN, tdxtcbcomponents: tdx },
    tcbDate: date,
    tcbStatus: status,
    advisoryIDs: advisories,
  };
}

function isvLevels(current: number): SimulatedIsvLevel[] {
  return [
    { tcb: { isvsvn: current }, tcbDate: DATES.current, tcbStatus: 'UpToDate' },
    {
      tcb: { isvsvn: current - 2 },
      tcbDate: DATES.old,
      tcbStatus: 'OutOfDate',
      advisoryIDs: ['INTEL-SA-99001'],
    },
    {
      tcb: { isvsvn: current - 4 },
      tcbDate: DATES.oldest,
      tcbStatus: 'Revoked',
      advisoryIDs: ['INTEL-SA-99002'],
    },
  ];
}

export function simulatedTcbInfo(issueDate: string, nextUpdate: string, fmspc: string): SimulatedTcbInfo {
  const module: SimulatedModule = {
    mrsigner: ZERO_48,
    attributes: '00'.repeat(8),
    attributesMask: 'FF'.repeat(8),
  };
  return {
    id: 'TDX',
    version: 3,
    issueDate,
    nextUpdate,
    fmspc: fmspc.toUpperCase(),
    pceId: SIMULATED_PCE_ID,
    tcbType: 0,
    tcbEvaluationDataNumber: 18,
    tdxModule: module,
    tdxModuleIdentities: [
      { id: 'TDX_03', ...module, tcbLevels: isvLevels(5) },
      { id: 'TDX_01', ...module, tcbLevels: isvLevels(7) },
    ],
    tcbLevels: [
      level(3, 'UpToDate', DATES.current, []),
      level(2, 'OutOfDate', DATES.old, ['INTEL-SA-99003']),
      level(1, 'Revoked', DATES.oldest, ['INTEL-SA-99004']),
    ],
  };
}

export function simulatedQeIdentity(issueDate: string, nextUpdate: string): SimulatedQeIdentity {
  return {
    id: 'TD_QE',
    version: 2,
    issueDate,
    nextUpdate,
    tcbEvaluationDataNumber: 18,
    miscselect: '00000000',
    miscselectMask: 'FFFFFFFF',
    attributes: '11000000000000000000000000000000',
    attributesMask: 'FBFFFFFFFFFFFFFF0000000000000000',
    mrsigner: QE_MR_SIGNER.toUpperCase(),
    isvprodid: 2,
    tcbLevels: isvLevels(QE_ISV_SVN),
  };
}
