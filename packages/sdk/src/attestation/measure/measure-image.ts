// Which registers will a machine have that is started from these files? The door for callers, with the platform’s hash.
import { platform } from '#platform';
import { type ComputedRegisters, computeRegisters, type ImageDescription } from './compute-registers.js';

/**
 * Computes MRTD from the firmware, RTMR1 from the kernel, RTMR2 from command line and initrd, for a kernel that OVMF starts itself
 * (`-kernel`). RTMR0 is never computed: it depends on memory size, processors and ACPI tables of the machine.
 * @throws CocoonError `ATTESTATION_MEASURE_FIRMWARE`, `ATTESTATION_MEASURE_KERNEL`, `ATTESTATION_MEASURE_IMAGE`
 * Sources: Intel TDX Virtual Firmware Design Guide; TCG PC Client Platform Firmware Profile; UEFI 2.10, section 38.
 */
export async function measureImage(image: ImageDescription): Promise<ComputedRegisters> {
  return computeRegisters(image, platform.sha384);
}
