// Does the printed command say exactly what was asked, to QEMU, to a shell and to systemd?
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLaunchOptions } from './launch-options.js';
import { planLaunch } from './plan-launch.js';
import { shellCommand } from './shell-command.js';
import { systemdUnit } from './systemd-unit.js';

const run = promisify(execFile);
const NEEDED = { firmware: '/boot/OVMF.fd', kernel: '/boot/vmlinuz' };
const FULL = {
  ...NEEDED,
  initrd: '/boot/initrd',
  append: 'console=hvc0 roothash=00ff',
  disk: '/images/root, with comma.raw',
  memoryGib: '64',
  cpus: '16',
  gpu: ['0000:17:00.0', '0000:18:00.0'],
  quoteSocket: 'unix:/run/qgs.socket',
  configId: 'ab'.repeat(48),
};

/** The values of an option, in order. */
function values(argv: readonly string[], option: string): string[] {
  return argv.flatMap((argument, i) => (argument === option ? [argv[i + 1] ?? ''] : []));
}

test('a trust domain with everything', () => {
  const argv = planLaunch(readLaunchOptions(FULL));
  expect(argv[0]).toBe('qemu-system-x86_64');
  expect(JSON.parse(values(argv, '-object')[0] ?? '')).toEqual({
    'qom-type': 'tdx-guest',
    id: 'tdx',
    'quote-generation-socket': { type: 'unix', path: '/run/qgs.socket' },
    mrconfigid: Buffer.from('ab'.repeat(48), 'hex').toString('base64'),
  });
  expect(values(argv, '-machine')[0]).toContain('kernel-irqchip=split,confidential-guest-support=tdx');
  expect(values(argv, '-bios')).toEqual(['/boot/OVMF.fd']);
  expect(values(argv, '-append')).toEqual(['console=hvc0 roothash=00ff']);
  expect(JSON.parse(values(argv, '-blockdev')[0] ?? '')).toMatchObject({
    'read-only': true,
    file: { filename: '/images/root, with comma.raw' },
  });
  expect(values(argv, '-device').filter((device) => device.startsWith('vfio-pci'))).toEqual([
    'vfio-pci,host=0000:17:00.0,bus=port0,iommufd=iommu',
    'vfio-pci,host=0000:18:00.0,bus=port1,iommufd=iommu',
  ]);
});

test('without a GPU nothing is handed over, and the quote service is asked over vsock', () => {
  const argv = planLaunch(readLaunchOptions(NEEDED));
  expect(argv.join(' ')).not.toMatch(/vfio|iommufd/);
  expect(argv.join(' ')).toContain('{"type":"vsock","cid":"2","port":"4050"}');
});

test.each([
  ['firmware', undefined],
  ['kernel', 'vmlinuz'],
  ['kernel', '/boot/a\nb'],
  ['append', 'a\u0000b'],
  ['memoryGib', '1.5'],
  ['cpus', '0'],
  ['gpu', ['17:00.0']],
  ['gpu', ['0000:17:00.0,x-foo=on']],
  ['quoteSocket', 'tcp:1.2.3.4:5'],
  ['configId', 'ab'],
  ['name', 'a b'],
])('rejects: %s = %j', (name, value) => {
  expect(() => readLaunchOptions({ ...NEEDED, [name]: value })).toThrow(
    expect.objectContaining({ code: 'LAUNCH_INVALID' }),
  );
});

// Strings without control characters: the options allow no others.
const argument = fc
  .string({ unit: 'binary', maxLength: 30 })
  .map((text) => text.replace(/[\p{Cc}\p{Cs}]/gu, ''));

test('a shell receives exactly these arguments', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(argument, { maxLength: 6 }), async (rest) => {
      const command = shellCommand(['printf', '%s\\0', ...rest, 'end']);
      const { stdout } = await run('sh', ['-c', command]);
      expect(stdout.split('\0').slice(0, -1)).toEqual([...rest, 'end']);
    }),
    { numRuns: 40 },
  );
});

/** Reads a command line by systemd's rules: double quotes, C escapes, %% and $$. */
function readUnitCommand(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/gu)].map(([, inner = '']) =>
    inner.replace(/\\(.)|%%|\$\$/gu, (found, escaped: string | undefined) => escaped ?? found.charAt(0)),
  );
}

test('systemd receives exactly these arguments', () => {
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 6 }), (rest) => {
      const line = /^ExecStart=(.*)$/mu.exec(systemdUnit('x', ['qemu', ...rest]))?.[1] ?? '';
      expect(line).not.toMatch(/(?<!%)(?:%%)*%(?!%)/u);
      expect(readUnitCommand(line)).toEqual(['/usr/bin/qemu', ...rest]);
    }),
  );
});
