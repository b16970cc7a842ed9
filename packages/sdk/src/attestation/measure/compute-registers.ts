// Which registers follow from firmware, kernel, command line and initrd? Computed with a hash that is passed in.
import { concat, fromHex, toHex, utf8 } from '../../internal/bytes.js';
import { checkEvent } from '../event-log/event-fail.js';
import { commandLineDigest } from '../event-log/match-rule.js';
import type { Sha384 } from '../event-log/prove-event.js';
import { authenticodeDigest } from './authenticode-digest.js';
import { BOOT_PROFILES, type BootProfileName } from './boot-profiles.js';
import { firmwareMrtd, type PageOrder } from './firmware-mrtd.js';

/** What a machine is started from: `-bios`, `-kernel`, `-initrd` and `-append` of QEMU. Any part may be left out. */
export interface ImageDescription {
  readonly firmware?: Uint8Array | undefined;
  /**
   * The file, or its Authenticode SHA-384 as 96 hex digits. A host that rewrites the setup header, as some do, makes another digest: take
   * it from a boot log.
   */
  readonly kernel?: Uint8Array | { readonly authenticode: string } | undefined;
  /** The text as passed to the host, without the `initrd=` that firmware adds. */
  readonly commandLine?: string | undefined;
  /** The file, or its SHA-384 as 96 hex digits. */
  readonly initrd?: Uint8Array | { readonly sha384: string } | undefined;
  /** Default `page`. */
  readonly pageOrder?: PageOrder | undefined;
  /** Default `ovmf`. */
  readonly bootProfile?: BootProfileName | undefined;
  /** Where firmware puts `initrd=initrd` when there is an initrd. Default `append`. */
  readonly initrdArgument?: 'append' | 'prepend' | 'none' | undefined;
}

/** Registers are 96 lower-case hex digits. Absent: a part it needs was not given. */
export interface ComputedRegisters {
  readonly mrtd?: string | undefined;
  readonly rtmr1?: string | undefined;
  readonly rtmr2?: string | undefined;
  /** What a boot rule may name: the kernel’s Authenticode digest, the command line as measured, the initrd’s digest. */
  readonly kernel?: string | undefined;
  readonly commandLine?: string | undefined;
  readonly initrd?: string | undefined;
}

const DIGEST = /^[0-9a-fA-F]{96}$/;
/** Longer than any kernel takes. */
const MAX_COMMAND_LINE = 4_096;

export async function computeRegisters(image: ImageDescription, sha384: Sha384): Promise<ComputedRegisters> {
  const { firmware, kernel, pageOrder = 'page', bootProfile = 'ovmf' } = image;
  checkShape(image);
  const mrtd = firmware && (await firmwareMrtd(firmware, pageOrder, sha384));
  const kernelDigest = kernel && (await digestOf(kernel, sha384));
  const rtmr1 =
    kernelDigest && (await replay([kernelDigest, ...(await profileDigests(bootProfile, sha384))], sha384));
  const commandLine = image.commandLine === undefined ? undefined : measuredCommandLine(image);
  const initrd = image.initrd && (await initrdDigest(image.initrd, sha384));
  const rtmr2 =
    commandLine === undefined
      ? undefined
      : await replay(
          [await commandLineDigest(commandLine, sha384), ...(initrd === undefined ? [] : [initrd])],
          sha384,
        );
  return { mrtd, rtmr1, rtmr2, kernel: kernelDigest, commandLine, initrd };
}

function checkShape({ firmware, kernel, commandLine, initrd, ...options }: ImageDescription): void {
  const given = [firmware, kernel, commandLine].some((part) => part !== undefined);
  checkEvent(
    given || initrd !== undefined,
    'MEASURE_IMAGE',
    'neither firmware nor kernel nor command line given',
  );
  checkEvent(
    initrd === undefined || commandLine !== undefined,
    'MEASURE_IMAGE',
    'an initrd needs its command line',
  );
  const { pageOrder = 'page', bootProfile = 'ovmf', initrdArgument = 'append' } = options;
  checkEvent(['page', 'section'].includes(pageOrder), 'MEASURE_IMAGE', 'unknown page order');
  checkEvent(Object.hasOwn(BOOT_PROFILES, bootProfile), 'MEASURE_IMAGE', 'unknown boot profile');
  checkEvent(
    ['append', 'prepend', 'none'].includes(initrdArgument),
    'MEASURE_IMAGE',
    'unknown initrdArgument',
  );
  if (commandLine === undefined) return;
  checkEvent(commandLine.length <= MAX_COMMAND_LINE, 'MEASURE_IMAGE', 'command line too long');
  // Firmware widens bytes to characters; how it would read others than ASCII is its own affair.
  checkEvent(/^[\x20-\x7e]*$/.test(commandLine), 'MEASURE_IMAGE', 'command line is not printable ASCII');
}

function measuredCommandLine({
  commandLine = '',
  initrd,
  initrdArgument = 'append',
}: ImageDescription): string {
  if (initrd === undefined || initrdArgument === 'none') return commandLine;
  return initrdArgument === 'append' ? `${commandLine} initrd=initrd` : `initrd=initrd ${commandLine}`;
}

async function digestOf(
  kernel: Uint8Array | { readonly authenticode: string },
  sha384: Sha384,
): Promise<string> {
  if (kernel instanceof Uint8Array) return authenticodeDigest(kernel, sha384);
  checkEvent(
    DIGEST.test(kernel.authenticode),
    'MEASURE_IMAGE',
    'the digest of the kernel is not 96 hex digits',
  );
  return kernel.authenticode.toLowerCase();
}

async function initrdDigest(
  initrd: Uint8Array | { readonly sha384: string },
  sha384: Sha384,
): Promise<string> {
  if (initrd instanceof Uint8Array) return toHex(await sha384(initrd));
  checkEvent(DIGEST.test(initrd.sha384), 'MEASURE_IMAGE', 'the digest of the initrd is not 96 hex digits');
  return initrd.sha384.toLowerCase();
}

async function profileDigests(name: BootProfileName, sha384: Sha384): Promise<string[]> {
  const events = BOOT_PROFILES[name].afterKernel;
  return Promise.all(
    events.map(async (event) =>
      toHex(await sha384(typeof event === 'string' ? utf8(event) : new Uint8Array(4))),
    ),
  );
}

async function replay(digests: readonly string[], sha384: Sha384): Promise<string> {
  let register: Uint8Array = new Uint8Array(48);
  for (const digest of digests) register = await sha384(concat(register, fromHex(digest)));
  return toHex(register);
}
