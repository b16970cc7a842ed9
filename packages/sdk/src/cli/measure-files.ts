// Which registers follow from the files a machine is started from? Reads them for `cocoonkit measure`.
import type { BootProfileName } from '../attestation/measure/boot-profiles.js';
import type { ComputedRegisters } from '../attestation/measure/compute-registers.js';
import type { PageOrder } from '../attestation/measure/firmware-mrtd.js';
import { measureImage } from '../attestation/measure/measure-image.js';
import { readLimited, readSha384, usage } from './read-input.js';

export interface ImageOptions {
  firmware?: string | undefined;
  kernel?: string | undefined;
  append?: string | undefined;
  initrd?: string | undefined;
  pageOrder?: PageOrder | undefined;
  bootProfile?: BootProfileName | undefined;
  initrdArgument?: 'append' | 'prepend' | 'none' | undefined;
}

const MAX_FIRMWARE_BYTES = 64 * 1024 * 1024;
const MAX_KERNEL_BYTES = 512 * 1024 * 1024;

/** Nothing when no file of an image was named. @throws CocoonError `APPEND_MISSING`, `ATTESTATION_MEASURE_…` */
export async function measureFiles(options: ImageOptions): Promise<ComputedRegisters | undefined> {
  const { firmware, kernel, append, initrd, pageOrder, bootProfile, initrdArgument } = options;
  if ([firmware, kernel, append, initrd].every((part) => part === undefined)) return undefined;
  if (initrd !== undefined && append === undefined)
    throw usage(
      'APPEND_MISSING',
      'An initrd is measured together with the command line.',
      'Pass --append with the text given to QEMU; --append "" for none.',
    );
  return measureImage({
    firmware: firmware === undefined ? undefined : await readLimited(firmware, MAX_FIRMWARE_BYTES),
    kernel: kernel === undefined ? undefined : await readLimited(kernel, MAX_KERNEL_BYTES),
    commandLine: append,
    initrd: initrd === undefined ? undefined : { sha384: await readSha384(initrd) },
    pageOrder,
    bootProfile,
    initrdArgument,
  });
}
