// Does the diagnosis name exactly what a machine lacks? Eight recorded machines, as folders.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { diagnose } from './diagnose.js';
import { printDiagnosis } from './print-diagnosis.js';
import { systemView } from './system-view.js';

type Tree = Readonly<Record<string, string | { link: string } | undefined>>;

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function machine(tree: Tree) {
  const root = await mkdtemp(join(tmpdir(), 'doctor-'));
  folders.push(root);
  for (const [path, content] of Object.entries(tree)) {
    if (content === undefined) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    if (typeof content === 'string') await writeFile(join(root, path), content);
    else await symlink(content.link, join(root, path));
  }
  return diagnose(systemView(root));
}

const cpu = (flags: string, model = 'INTEL(R) XEON(R) PLATINUM 8580') =>
  `processor\t: 0\nmodel name\t: ${model}\nflags\t\t: fpu vme ${flags}\n\nprocessor\t: 1\n`;
const gpu = (device: string, driver: string): Tree => ({
  'sys/bus/pci/devices/0000:17:00.0/vendor': '0x10de\n',
  'sys/bus/pci/devices/0000:17:00.0/device': `${device}\n`,
  'sys/bus/pci/devices/0000:17:00.0/class': '0x030200\n',
  'sys/bus/pci/devices/0000:17:00.0/driver': { link: `../../../bus/pci/drivers/${driver}` },
});
const memory = (gib: number) => `MemTotal:       ${gib * 1024 * 1024} kB\nMemFree: 1 kB\n`;

const HOST: Tree = {
  'proc/sys/kernel/osrelease': '6.16.3-generic\n',
  'proc/cpuinfo': cpu('sgx tdx_host_platform'),
  'sys/module/kvm_intel/parameters/tdx': 'Y\n',
  'dev/sgx_enclave': '',
  'dev/sgx_provision': '',
  'var/run/tdx-qgs/qgs.socket': '',
  'commands/qemu-version': 'QEMU emulator version 10.1.0 (Debian 1:10.1.0+ds-1)\nCopyright (c)\n',
  'sys/class/iommu/dmar0/x': '',
  'proc/meminfo': memory(512),
  ...gpu('0x2330', 'vfio-pci'),
};
const GUEST: Tree = {
  'proc/sys/kernel/osrelease': '6.12.41\n',
  'proc/cpuinfo': cpu('tdx_guest'),
  'dev/tdx_guest': '',
  'proc/mounts': 'configfs /sys/kernel/config configfs rw 0 0\n',
  'sys/kernel/config/tsm/report/x/y': '',
  'sys/firmware/acpi/tables/data/CCEL': '',
  'proc/meminfo': memory(64),
  'proc/swaps': 'Filename\t\tType\t\tSize\tUsed\tPriority\n',
  'proc/sys/kernel/core_pattern': '|/bin/false\n',
  'commands/nvidia-conf-compute': 'CC status: ON\n',
  ...gpu('0x2330', 'nvidia'),
};

const failed = (tree: Tree) =>
  machine(tree).then(({ findings }) =>
    findings.filter(({ level }) => level === 'fail').map(({ id, found }) => [id, found]),
  );

test('a ready host, a ready guest: nothing to do', async () => {
  for (const tree of [HOST, GUEST]) {
    const diagnosis = await machine(tree);
    expect(diagnosis.ready).toBe(true);
    expect(diagnosis.findings.map(({ id, level, fix }) => ({ id, level, fix }))).toEqual(
      diagnosis.findings.map(({ id }) => ({ id, level: 'ok', fix: '' })),
    );
  }
  expect((await machine(HOST)).place).toBe('host');
  expect((await machine(GUEST)).place).toBe('guest');
});

test('an old kernel', async () => {
  expect(await failed({ ...HOST, 'proc/sys/kernel/osrelease': '6.8.0-60\n' })).toEqual([
    ['kernel', '6.8.0-60'],
  ]);
  expect(await failed({ ...GUEST, 'proc/sys/kernel/osrelease': '6.6.100\n' })).toEqual([
    ['kernel', '6.6.100'],
  ]);
});

test('TDX off in the firmware setup, or not asked for in KVM', async () => {
  const off = { ...HOST, 'proc/cpuinfo': cpu('sgx'), 'sys/module/kvm_intel/parameters/tdx': 'N\n' };
  expect(await failed(off)).toEqual([
    ['tdx-cpu', 'INTEL(R) XEON(R) PLATINUM 8580, flag absent'],
    ['tdx-kvm', 'N'],
  ]);
});

test('a guest without the report tree, with and without configfs', async () => {
  const none = { ...GUEST, 'sys/kernel/config/tsm/report/x/y': undefined };
  expect(await failed(none)).toEqual([['configfs-tsm', 'configfs is mounted, the tree is absent']]);
  expect(await failed({ ...none, 'proc/mounts': '' })).toEqual([['configfs-tsm', 'configfs is not mounted']]);
});

test('a GPU whose confidential mode is off, unknown, or that is too old', async () => {
  expect(await failed({ ...GUEST, 'commands/nvidia-conf-compute': 'CC status: OFF\n' })).toEqual([
    ['gpu-mode', 'OFF'],
  ]);
  const silent = await machine({ ...GUEST, 'commands/nvidia-conf-compute': undefined });
  expect(silent.findings.find(({ id }) => id === 'gpu-mode')?.level).toBe('unknown');
  expect(silent.ready).toBe(true);
  const old = await machine({ ...GUEST, ...gpu('0x20b2', 'nvidia') });
  expect(old.findings.find(({ id }) => id === 'gpu')).toMatchObject({
    level: 'warn',
    found: 'NVIDIA 0x20b2: not known to be capable',
  });
});

test('a host whose own driver holds the GPU', async () => {
  expect(await failed({ ...HOST, ...gpu('0x2335', 'nvidia') })).toEqual([
    ['gpu-passthrough', '0000:17:00.0: nvidia'],
  ]);
});

test('an old QEMU, or none', async () => {
  expect(await failed({ ...HOST, 'commands/qemu-version': 'QEMU emulator version 9.2.4\n' })).toEqual([
    ['qemu', '9.2'],
  ]);
  expect(await failed({ ...HOST, 'commands/qemu-version': undefined })).toEqual([['qemu', 'not found']]);
});

test('a guest that swaps to disk', async () => {
  const swapping = {
    ...GUEST,
    'proc/swaps': 'Filename\t\tType\t\tSize\tUsed\tPriority\n/dev/vda2 partition 1 0 -2\n',
  };
  expect(await failed(swapping)).toEqual([['swap', '/dev/vda2']]);
});

test('a plain laptop, and a tree with nothing in it', async () => {
  const laptop = await failed({
    'proc/sys/kernel/osrelease': '6.1.0\n',
    'proc/cpuinfo': cpu('avx2', 'Intel(R) Core(TM) i5'),
    'proc/meminfo': memory(16),
  });
  expect(laptop.map(([id]) => id)).toEqual(['kernel', 'tdx-cpu', 'tdx-kvm', 'sgx', 'qemu']);
  const empty = await machine({});
  expect(empty.ready).toBe(false);
  expect(empty.findings.find(({ id }) => id === 'kernel')?.level).toBe('unknown');
});

test('people read lines of at most 80 columns, whatever the machine calls its parts', async () => {
  const text = printDiagnosis(await machine({ ...HOST, 'proc/cpuinfo': cpu('sgx', 'X'.repeat(300)) }));
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text).toMatch(
    /^Not ready: 1 of \d+ things that a host of trust domains needs is missing\.\n\nok {8}Linux/,
  );
  expect(text).toMatch(/MISSING {3}TDX processor and firmware:/);
});
