// Can this machine run a worker, and if not, what is missing? Each check is one line.
import { checkGpu } from './check-gpu.js';
import { checkKernel } from './check-kernel.js';
import { checkQemu } from './check-qemu.js';
import {
  checkConfigfs,
  checkEventLog,
  checkGuestDevice,
  checkQuoteService,
  checkSgx,
} from './check-quotes.js';
import { checkCoreFiles, checkIommu, checkMemory, checkSwap } from './check-system.js';
import { checkTdxCpu, checkTdxGuest, checkTdxKvm } from './check-tdx.js';
import type { Finding } from './finding.js';
import { detectPlace, type Place } from './place.js';
import type { SystemView } from './system-view.js';

export interface Diagnosis {
  readonly place: Place;
  /** False as soon as one check failed. */
  readonly ready: boolean;
  readonly findings: readonly Finding[];
}

/** Reads, never changes anything. `place`: default by what the processor says. */
export async function diagnose(view: SystemView, place?: Place): Promise<Diagnosis> {
  const where = place ?? (await detectPlace(view));
  const findings = where === 'host' ? await host(view) : await guest(view);
  return { place: where, ready: findings.every(({ level }) => level !== 'fail'), findings };
}

async function host(view: SystemView): Promise<Finding[]> {
  return [
    await checkKernel(view, 'host'),
    await checkTdxCpu(view),
    await checkTdxKvm(view),
    await checkSgx(view),
    await checkQuoteService(view),
    await checkQemu(view),
    await checkIommu(view),
    ...(await checkGpu(view, 'host')),
    await checkMemory(view),
  ];
}

async function guest(view: SystemView): Promise<Finding[]> {
  return [
    await checkKernel(view, 'guest'),
    await checkTdxGuest(view),
    await checkGuestDevice(view),
    await checkConfigfs(view),
    await checkEventLog(view),
    ...(await checkGpu(view, 'guest')),
    await checkMemory(view),
    await checkSwap(view),
    await checkCoreFiles(view),
  ];
}
