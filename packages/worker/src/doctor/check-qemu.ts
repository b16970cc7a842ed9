// Is this QEMU new enough to start a trust domain?
import { type Finding, judge } from './finding.js';
import type { SystemView } from './system-view.js';
import { isAtLeast, readVersion } from './version.js';

/** The first release with the object tdx-guest. */
const LEAST = [10, 1] as const;

export async function checkQemu(view: SystemView): Promise<Finding> {
  const text = await view.command('qemu-version');
  const version = readVersion(text);
  const subject = {
    id: 'qemu',
    what: 'QEMU',
    needed: '10.1 or later',
    fix: 'Install QEMU 10.1 or later (qemu-system-x86_64 on the path).',
  };
  if (version === undefined) return judge(subject, 'fail', 'not found');
  return judge(subject, isAtLeast(version, LEAST) ? 'ok' : 'fail', version.join('.'));
}
