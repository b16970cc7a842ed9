// Is the TDX module one of Intel's, and how current is it?
import { equalBytes, toHex } from '../../internal/bytes.js';
import { check } from '../fail.js';
import type { TcbInfo } from '../parse-tcb-info.js';
import { type IsvLevel, matchesMasked } from '../parse-tcb-level.js';
import type { TdReport } from '../parse-td-report.js';
import type { TcbPart } from '../tcb-status.js';
import { chooseLevel } from './choose-level.js';

type Module = TcbInfo['module'] & { readonly levels?: readonly IsvLevel[] };

/** Modules of major version 0 have no identity of their own: their version is part of the platform's TCB level. */
function findModule(teeTcbSvn: Uint8Array, tcbInfo: TcbInfo): Module {
  const major = teeTcbSvn[1] ?? 0;
  if (major === 0) return tcbInfo.module;
  const id = `TDX_${toHex(Uint8Array.of(major)).toUpperCase()}`;
  const identity = tcbInfo.moduleIdentities.get(id);
  check(identity !== undefined, 'TDX_MODULE', id);
  return identity;
}

export function checkTdxModule(report: TdReport, tcbInfo: TcbInfo): void {
  const expected = findModule(report.teeTcbSvn, tcbInfo);
  check(equalBytes(report.mrSignerSeam, expected.mrSigner), 'TDX_MODULE');
  check(matchesMasked(report.seamAttributes, expected.attributes), 'TDX_MODULE');
  // Also checked apart from the document: zero means signed by Intel and a production module.
  const production = [...report.mrSignerSeam, ...report.seamAttributes].every((byte) => byte === 0);
  check(production, 'TDX_MODULE', 'not production');
}

/** The module's own level; `undefined` for major version 0. */
export function readModuleTcb(teeTcbSvn: Uint8Array, tcbInfo: TcbInfo): TcbPart | undefined {
  const { levels } = findModule(teeTcbSvn, tcbInfo);
  if (levels === undefined) return undefined;
  const isReached = ({ isvSvn }: IsvLevel) => isvSvn <= (teeTcbSvn[0] ?? 0);
  return chooseLevel(levels, isReached, 'TCB_NOT_SUPPORTED', 'TDX module');
}
