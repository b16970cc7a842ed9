// The module under a running TD was updated: how current is the TD now, and must it be launched again to benefit?
import type { TcbVerdict } from './merge-tcb.js';

/**
 * Joins the verdict on the TDX module that launched the TD with that on the one running now (Intel DCAP, TD 1.5 quotes).
 * Outdated at launch and current now: the TD has to be relaunched. Outdated now counts, whatever it was at launch.
 */
export function adviseRelaunch(launch: TcbVerdict, current: TcbVerdict): TcbVerdict {
  if (isOutdated(current)) return { ...(isOutdated(launch) ? launch : current), current };
  if (!isOutdated(launch)) return { ...launch, current };
  const configure = [launch, current].some(({ status }) => /Configuration/.test(status));
  return {
    ...launch,
    status: configure ? 'TDRelaunchAdvisedConfigurationNeeded' : 'TDRelaunchAdvised',
    current,
  };
}

function isOutdated({ status }: TcbVerdict): boolean {
  return status.startsWith('OutOfDate');
}
