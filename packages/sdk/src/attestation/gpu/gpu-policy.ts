// Which GPUs does the relying party accept? Lists of exact names; a list left out accepts all.
import { checkGpu } from './gpu-fail.js';

export interface GpuPolicy {
  /** For example `GH100 A01 GSP BROM`. */
  readonly models?: readonly string[] | undefined;
  readonly drivers?: readonly string[] | undefined;
  /** Case does not count. */
  readonly vbios?: readonly string[] | undefined;
}

/** @throws CocoonError `ATTESTATION_GPU_POLICY` */
export function checkGpuPolicy(
  gpu: { readonly model: string; readonly driver: string; readonly vbios: string },
  policy: GpuPolicy | undefined,
): void {
  const { models, drivers, vbios } = policy ?? {};
  checkGpu(models?.includes(gpu.model) ?? true, 'GPU_POLICY', 'model');
  checkGpu(drivers?.includes(gpu.driver) ?? true, 'GPU_POLICY', 'driver');
  const version = gpu.vbios.toLowerCase();
  checkGpu(vbios?.some((allowed) => allowed.toLowerCase() === version) ?? true, 'GPU_POLICY', 'VBIOS');
}
