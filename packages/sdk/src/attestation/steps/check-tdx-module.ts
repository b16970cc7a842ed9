// Is the TDX module one of Intel's, and how current is it?
import { equalBytes, toHex } from '../../internal/bytes.js';
import { check } from '../fail.js';
import type { TcbInfo } from '../parse-tcb-info.js';
import { matchesMasked } from '../parse-tcb-level.js';
import type { TdReport } from '../parse-td-report.js';
import type { TcbPart } from '../tcb-status.js';

/** `undefined` for modules of major version 0, whose version is part of the platform's TCB level. */
export function checkTdxModule(report: TdReport, tcbInfo: TcbInfo): TcbPart | undefined {
  const [svn = 0, major = 0] = report.teeTcbSvn;
  const id = `TDX_${toHex(Uint8Array.of(major)).toUpperCase()}`;
  const identity = major === 0 ? undefined : tcbInfo.moduleIdentities.get(id);
  check(major === 0 || identity !== undefined, 'TDX_MODULE', id);
  const expected = identity ?? tcbInfo.module;
  check(equalBytes(report.mrSignerSeam, expected.mrSigner), 'TDX_MODULE');
  check(matchesMasked(report.seamAttributes, expected.attributes), 'TDX_MODULE');
  // Also checked apart from the document: zero means signed by Intel and a production module.
  check(
    [...report.mrSignerSeam, ...report.seamAttributes].every((byte) => byte === 0),
    'TDX_MODULE',
    'not production',
  );
  if (identity === undefined) return undefined;
  const level = identity.levels.find((candidate) => candidate.isvSvn <= svn);
  check(level !== undefined, 'TCB_NOT_SUPPORTED', 'TDX module');
  check(level.part !== undefined, 'TCB_REVOKED', 'TDX module');
  return level.part;
}
