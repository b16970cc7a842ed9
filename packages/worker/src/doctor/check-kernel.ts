// Can this kernel run trust domains, or, inside one, ask for quotes?
import { type Finding, judge } from './finding.js';
import type { Place } from './place.js';
import type { SystemView } from './system-view.js';
import { isAtLeast, readVersion } from './version.js';

/** KVM runs trust domains from 6.16 on; the guest's report tree is in mainline from 6.7 on. */
const LEAST = { host: [6, 16], guest: [6, 7] } as const;

export async function checkKernel(view: SystemView, place: Place): Promise<Finding> {
  const [major, minor] = LEAST[place];
  const release = (await view.read('proc/sys/kernel/osrelease'))?.trim();
  const version = readVersion(release);
  const subject = {
    id: 'kernel',
    what: 'Linux kernel',
    needed: `${major}.${minor} or later`,
    fix: `Install a kernel of version ${major}.${minor} or later and restart.`,
  };
  if (version === undefined) return judge(subject, 'unknown', 'no release number');
  return judge(subject, isAtLeast(version, LEAST[place]) ? 'ok' : 'fail', release ?? '');
}
