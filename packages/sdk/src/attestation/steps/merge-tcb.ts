// What is the one status, date and list of advisories of platform, module and quoting enclave together?
import { mergeTcbStatus, type TcbPart } from '../tcb-status.js';

/** The TCB verdict: the merged status first, then its parts. `date` is the earliest, `advisories` the union. */
export interface TcbVerdict extends TcbPart {
  readonly platform: TcbPart;
  /** Absent for TDX modules of major version 0. */
  readonly module?: TcbPart | undefined;
  readonly qe: TcbPart;
  /** TD 1.5: the same judged by the TDX module that runs now, which may be newer than the one that launched the TD. */
  readonly current?: TcbVerdict | undefined;
}

export function mergeTcb(platform: TcbPart, module: TcbPart | undefined, qe: TcbPart): TcbVerdict {
  const others = module === undefined ? [qe] : [module, qe];
  const parts = [platform, ...others];
  return {
    status: mergeTcbStatus(
      platform.status,
      others.map((part) => part.status),
    ),
    date: new Date(Math.min(...parts.map((part) => part.date.getTime()))),
    advisories: [...new Set(parts.flatMap((part) => part.advisories))].sort(),
    platform,
    module,
    qe,
  };
}
