// Can quotes be made: by the guest's kernel, with the help of the host's quoting service?
import { type Finding, judge } from './finding.js';
import type { SystemView } from './system-view.js';

const QGS_SOCKET = 'var/run/tdx-qgs/qgs.socket';
const SGX_DEVICES = ['dev/sgx_enclave', 'dev/sgx_provision'];

export async function checkConfigfs(view: SystemView): Promise<Finding> {
  const subject = {
    id: 'configfs-tsm',
    what: 'Report tree of the kernel',
    needed: '/sys/kernel/config/tsm/report',
    fix: 'Load the modules tsm and tdx_guest and mount configfs: mount -t configfs none /sys/kernel/config.',
  };
  if (await view.exists('sys/kernel/config/tsm/report')) return judge(subject, 'ok', 'present');
  const mounted = /\sconfigfs\s/.test((await view.read('proc/mounts')) ?? '');
  return judge(
    subject,
    'fail',
    mounted ? 'configfs is mounted, the tree is absent' : 'configfs is not mounted',
  );
}

export async function checkGuestDevice(view: SystemView): Promise<Finding> {
  const subject = {
    id: 'guest-device',
    what: 'TDX guest driver',
    needed: '/dev/tdx_guest',
    fix: 'modprobe tdx_guest; the kernel needs CONFIG_TDX_GUEST_DRIVER.',
  };
  const present = await view.exists('dev/tdx_guest');
  return judge(subject, present ? 'ok' : 'fail', present ? 'present' : 'absent');
}

export async function checkEventLog(view: SystemView): Promise<Finding> {
  const subject = {
    id: 'event-log',
    what: 'Boot event log',
    needed: '/sys/firmware/acpi/tables/data/CCEL',
    fix: 'Use firmware that hands over a CCEL table; without it clients see registers, not what was booted.',
  };
  const present = await view.exists('sys/firmware/acpi/tables/data/CCEL');
  return judge(subject, present ? 'ok' : 'warn', present ? 'present' : 'absent');
}

export async function checkSgx(view: SystemView): Promise<Finding> {
  const found = await Promise.all(SGX_DEVICES.map((device) => view.exists(device)));
  const missing = SGX_DEVICES.filter((_, i) => found[i] !== true).map((device) => `/${device}`);
  const subject = {
    id: 'sgx',
    what: 'SGX for the quoting enclave',
    needed: SGX_DEVICES.map((device) => `/${device}`).join(', '),
    fix: 'Switch SGX on in the firmware setup, with all PRM memory it asks for; then register the platform with Intel.',
  };
  return judge(
    subject,
    missing.length === 0 ? 'ok' : 'fail',
    missing.length === 0 ? 'present' : `absent: ${missing.join(', ')}`,
  );
}

export async function checkQuoteService(view: SystemView): Promise<Finding> {
  const subject = {
    id: 'quote-service',
    what: 'Quote generation service',
    needed: `/${QGS_SOCKET}, or the service on vsock port 4050`,
    fix: 'Install Intel’s tdx-qgs with a PCCS, start qgsd, and give its socket to launch --quote-socket.',
  };
  return (await view.exists(QGS_SOCKET))
    ? judge(subject, 'ok', 'socket present')
    : judge(subject, 'warn', 'no socket; a vsock service cannot be seen from here');
}
