// Is there a GPU that can compute in confidence, and does it?
import { type Finding, judge } from './finding.js';
import type { Place } from './place.js';
import type { SystemView } from './system-view.js';

const NVIDIA = '0x10de';
const DEVICES = 'sys/bus/pci/devices';
/** PCI device ids of GPUs with confidential computing (NVIDIA's driver list of supported chips). */
const CAPABLE: Readonly<Record<string, string>> = {
  '0x2321': 'H100 NVL',
  '0x2322': 'H800 PCIe',
  '0x2324': 'H800',
  '0x2330': 'H100 SXM',
  '0x2331': 'H100 PCIe',
  '0x2335': 'H200 SXM',
  '0x233b': 'H200 NVL',
  '0x2901': 'B200',
};

interface Gpu {
  readonly address: string;
  readonly device: string;
  readonly driver: string | undefined;
}

/** NVIDIA display and 3D controllers (PCI class 0x03). */
async function findGpus(view: SystemView): Promise<Gpu[]> {
  const gpus: Gpu[] = [];
  for (const address of await view.list(DEVICES)) {
    const at = `${DEVICES}/${address}`;
    const [vendor, device, kind] = await Promise.all(
      ['vendor', 'device', 'class'].map(async (name) => (await view.read(`${at}/${name}`))?.trim() ?? ''),
    );
    if (vendor !== NVIDIA || device === undefined || kind?.startsWith('0x03') !== true) continue;
    gpus.push({ address, device, driver: await view.linkName(`${at}/driver`) });
  }
  return gpus;
}

export async function checkGpu(view: SystemView, place: Place): Promise<Finding[]> {
  const gpus = await findGpus(view);
  const capable = gpus.filter(({ device }) => CAPABLE[device] !== undefined);
  const present = {
    id: 'gpu',
    what: 'GPU with confidential computing',
    needed: 'NVIDIA H100 or later; none for engines on the CPU',
    fix: 'Install an H100, H200 or B200; without one only models that run on the CPU can be served.',
  };
  if (capable.length === 0) {
    const other = gpus.map(({ device }) => `NVIDIA ${device}`).join(', ');
    return [judge(present, 'warn', other === '' ? 'no NVIDIA GPU' : `${other}: not known to be capable`)];
  }
  const names = capable.map(({ address, device }) => `${CAPABLE[device]} at ${address}`).join(', ');
  return [judge(present, 'ok', names), place === 'host' ? handedOver(capable) : await mode(view)];
}

/** On a host the GPU belongs to the guest's driver stub; whether its mode is on only its own tools can tell. */
function handedOver(gpus: readonly Gpu[]): Finding {
  const kept = gpus.filter(({ driver }) => driver !== 'vfio-pci');
  const subject = {
    id: 'gpu-passthrough',
    what: 'GPU free for the guest',
    needed: 'driver vfio-pci; confidential mode set with NVIDIA’s gpu-admin-tools',
    fix: 'Set the mode (nvidia_gpu_tools.py --set-cc-mode=on --reset-after-cc-mode-switch), then bind the GPU to vfio-pci.',
  };
  if (kept.length === 0) return judge(subject, 'ok', 'vfio-pci; the mode shows itself inside the guest');
  return judge(
    subject,
    'fail',
    kept.map(({ address, driver }) => `${address}: ${driver ?? 'no driver'}`).join(', '),
  );
}

async function mode(view: SystemView): Promise<Finding> {
  const text = await view.command('nvidia-conf-compute');
  const state = /CC status:\s*(\w+)/i.exec(text ?? '')?.[1];
  const subject = {
    id: 'gpu-mode',
    what: 'Confidential mode of the GPU',
    needed: 'CC status: ON',
    fix: 'On the host: nvidia_gpu_tools.py --set-cc-mode=on --reset-after-cc-mode-switch, then start the guest again.',
  };
  if (state === undefined)
    return judge(
      { ...subject, fix: 'Install NVIDIA’s driver and nvidia-smi in the guest.' },
      'unknown',
      'nvidia-smi does not say',
    );
  return judge(subject, state.toUpperCase() === 'ON' ? 'ok' : 'fail', state.toUpperCase());
}
