// What does firmware measure into RTMR1 around a kernel that it starts itself (QEMU -kernel)? Data, as boot logs of real machines have it.

/** Events after the kernel's own, in order: a sentence of the firmware, or its separator. */
export interface BootProfile {
  readonly afterKernel: readonly (string | { readonly separator: true })[];
}

const CALL = 'Calling EFI Application from Boot Option';
const EXIT = ['Exit Boot Services Invocation', 'Exit Boot Services Returned with Success'];

/** Builds of OVMF differ in the register of the separator that follows the boot menu. */
export const BOOT_PROFILES = {
  ovmf: { afterKernel: [CALL, { separator: true }, ...EXIT] },
  'ovmf-separator-rtmr0': { afterKernel: [CALL, ...EXIT] },
} as const satisfies Readonly<Record<string, BootProfile>>;

export type BootProfileName = keyof typeof BOOT_PROFILES;
