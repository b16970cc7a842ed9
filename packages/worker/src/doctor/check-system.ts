// Does the rest of the machine let a worker keep secrets and time?
import { type Finding, judge } from './finding.js';
import type { SystemView } from './system-view.js';

const LEAST_GIB = 4;

export async function checkMemory(view: SystemView): Promise<Finding> {
  const kib = Number(/^MemTotal:\s*(\d+) kB/m.exec((await view.read('proc/meminfo')) ?? '')?.[1]);
  const subject = {
    id: 'memory',
    what: 'Memory',
    needed: `${LEAST_GIB} GiB, and room for the model`,
    fix: 'Give the machine more memory.',
  };
  if (!Number.isFinite(kib)) return judge(subject, 'unknown', 'not told');
  const gib = kib / 1024 / 1024;
  return judge(subject, gib >= LEAST_GIB * 0.9 ? 'ok' : 'warn', `${gib.toFixed(1)} GiB`);
}

/** What is swapped out leaves the encrypted memory. */
export async function checkSwap(view: SystemView): Promise<Finding> {
  const text = await view.read('proc/swaps');
  const used = (text ?? '')
    .split('\n')
    .slice(1)
    .flatMap((line) => line.split(/\s/, 1)[0] || []);
  const subject = {
    id: 'swap',
    what: 'Swap',
    needed: 'none: swapped pages leave the encrypted memory',
    fix: 'swapoff -a, and remove swap from /etc/fstab.',
  };
  if (text === undefined) return judge(subject, 'unknown', 'not told');
  return judge(subject, used.length === 0 ? 'ok' : 'fail', used.length === 0 ? 'none' : used.join(', '));
}

/** A core file of the worker would hold prompts. */
export async function checkCoreFiles(view: SystemView): Promise<Finding> {
  const pattern = (await view.read('proc/sys/kernel/core_pattern'))?.trim();
  const subject = {
    id: 'core-files',
    what: 'Core files',
    needed: 'off: a core file holds prompts',
    fix: 'sysctl kernel.core_pattern="|/bin/false", and LimitCORE=0 in the unit.',
  };
  if (pattern === undefined) return judge(subject, 'unknown', 'not told');
  return judge(
    subject,
    pattern === '|/bin/false' || pattern === '' ? 'ok' : 'warn',
    pattern === '' ? 'off' : pattern,
  );
}

export async function checkIommu(view: SystemView): Promise<Finding> {
  const units = await view.list('sys/class/iommu');
  const subject = {
    id: 'iommu',
    what: 'IOMMU',
    needed: 'on, to hand devices to guests',
    fix: 'Switch VT-d on in the firmware setup and add intel_iommu=on to the kernel command line.',
  };
  return judge(
    subject,
    units.length > 0 ? 'ok' : 'warn',
    units.length > 0 ? `${units.length} unit(s)` : 'none',
  );
}
