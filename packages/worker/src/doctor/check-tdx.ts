// Is TDX there: processor, firmware and KVM on a host; the protection itself in a guest?
import { type Finding, judge } from './finding.js';
import { cpuFlags } from './place.js';
import type { SystemView } from './system-view.js';

export async function checkTdxCpu(view: SystemView): Promise<Finding> {
  const flags = await cpuFlags(view);
  const model =
    /^model name\s*:\s*(.*)$/m.exec((await view.read('proc/cpuinfo')) ?? '')?.[1] ?? 'unknown CPU';
  const subject = {
    id: 'tdx-cpu',
    what: 'TDX processor and firmware',
    needed: 'CPU flag tdx_host_platform',
    fix: 'Use a Xeon of the 5th generation or later (4th: some models) and switch TDX, SEAM loader, TME-MT and SGX on in the firmware setup.',
  };
  if (flags.size === 0) return judge(subject, 'unknown', 'no CPU flags');
  return flags.has('tdx_host_platform')
    ? judge(subject, 'ok', model)
    : judge(subject, 'fail', `${model}, flag absent`);
}

export async function checkTdxKvm(view: SystemView): Promise<Finding> {
  const value = (await view.read('sys/module/kvm_intel/parameters/tdx'))?.trim();
  const subject = {
    id: 'tdx-kvm',
    what: 'TDX in KVM',
    needed: 'kvm_intel.tdx = Y',
    fix: 'Add kvm_intel.tdx=1 to the kernel command line, restart, and see the kernel log for lines with "virt/tdx".',
  };
  if (value === undefined) return judge(subject, 'fail', 'kvm_intel has no such parameter or is not loaded');
  return judge(subject, value === 'Y' || value === '1' ? 'ok' : 'fail', value);
}

export async function checkTdxGuest(view: SystemView): Promise<Finding> {
  const flags = await cpuFlags(view);
  const subject = {
    id: 'tdx-guest',
    what: 'Inside a trust domain',
    needed: 'CPU flag tdx_guest',
    fix: 'Start this system as a TD guest: see cocoonkit-worker launch --print.',
  };
  return judge(
    subject,
    flags.has('tdx_guest') ? 'ok' : 'fail',
    flags.has('tdx_guest') ? 'tdx_guest' : 'flag absent',
  );
}
