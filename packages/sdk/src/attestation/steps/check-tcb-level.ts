// How current is the platform below the TD?
import type { PlatformLevel, TcbInfo } from '../parse-tcb-info.js';
import type { TcbPart } from '../tcb-status.js';
import type { PckPlatform } from '../x509/parse-sgx-extension.js';
import { chooseLevel } from './choose-level.js';

/** The highest level all of whose versions the platform reaches (Intel PCS documentation, TDX TCB level selection). */
export function checkTcbLevel(tcbInfo: TcbInfo, platform: PckPlatform, teeTcbSvn: Uint8Array): TcbPart {
  const isReached = (level: PlatformLevel) => reaches(platform, teeTcbSvn, level);
  return chooseLevel(tcbInfo.levels, isReached, 'TCB_NOT_SUPPORTED', 'platform');
}

function reaches(platform: PckPlatform, teeTcbSvn: Uint8Array, level: PlatformLevel): boolean {
  // From major version 1 on, components 0 and 1 name the module, which has levels of its own.
  const firstTdx = (teeTcbSvn[1] ?? 0) > 0 ? 2 : 0;
  return (
    level.sgx.every((svn, i) => (platform.componentSvns[i] ?? -1) >= svn) &&
    platform.pceSvn >= level.pceSvn &&
    level.tdx.every((svn, i) => i < firstTdx || (teeTcbSvn[i] ?? -1) >= svn)
  );
}
