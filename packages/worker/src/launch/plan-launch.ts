// Which QEMU command starts this trust domain? (QEMU documentation: system/i386/tdx)
import type { LaunchOptions } from './launch-options.js';

/** The program and its arguments, each as the program receives it. */
export function planLaunch(options: LaunchOptions): readonly string[] {
  const { name, firmware, kernel, initrd, append, disk, memoryGib, cpus, gpu } = options;
  return [
    'qemu-system-x86_64',
    ...['-name', name],
    ...['-nodefaults', '-no-user-config', '-display', 'none'],
    // The firmware is private memory, so it comes as -bios; interrupts need the split chip.
    ...['-accel', 'kvm', '-cpu', 'host', '-smp', String(cpus)],
    ...['-object', JSON.stringify(tdxGuest(options))],
    ...['-object', `memory-backend-ram,id=memory,size=${memoryGib}G`],
    ...['-machine', 'q35,kernel-irqchip=split,confidential-guest-support=tdx,memory-backend=memory'],
    ...['-bios', firmware, '-kernel', kernel],
    ...(initrd === undefined ? [] : ['-initrd', initrd]),
    ...['-append', append],
    ...(disk === undefined ? [] : readOnlyDisk(disk)),
    // A worker only dials out.
    ...['-netdev', 'user,id=network', '-device', 'virtio-net-pci,netdev=network,romfile='],
    ...[
      '-chardev',
      'stdio,id=console',
      '-device',
      'virtio-serial-pci',
      '-device',
      'virtconsole,chardev=console',
    ],
    ...(gpu.length === 0 ? [] : passThrough(gpu)),
  ];
}

function tdxGuest({ quoteSocket, configId }: LaunchOptions): Record<string, unknown> {
  const [kind, first, port] = quoteSocket.split(':');
  return {
    'qom-type': 'tdx-guest',
    id: 'tdx',
    'quote-generation-socket':
      kind === 'vsock'
        ? { type: 'vsock', cid: first, port }
        : { type: 'unix', path: quoteSocket.slice('unix:'.length) },
    ...(configId === undefined ? {} : { mrconfigid: Buffer.from(configId, 'hex').toString('base64') }),
  };
}

function readOnlyDisk(file: string): string[] {
  const node = {
    driver: 'raw',
    'node-name': 'root',
    'read-only': true,
    file: { driver: 'file', filename: file },
  };
  return ['-blockdev', JSON.stringify(node), '-device', 'virtio-blk-pci,drive=root'];
}

/** Each device behind a port of its own, with room for its memory window. */
function passThrough(addresses: readonly string[]): string[] {
  return [
    ...['-object', 'iommufd,id=iommu', '-fw_cfg', 'name=opt/ovmf/X-PciMmio64Mb,string=262144'],
    ...addresses.flatMap((address, i) => [
      ...['-device', `pcie-root-port,id=port${i},chassis=${i + 1},bus=pcie.0`],
      ...['-device', `vfio-pci,host=${address},bus=port${i},iommufd=iommu`],
    ]),
  ];
}
