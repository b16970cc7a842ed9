// Which events did a dstack guest record while it booted, and which came from software that ran later?
import { checkEvent } from './event-fail.js';
import type { ProvenContent } from './prove-event.js';

/** Ends the boot: what comes after it is written by whoever runs in the guest. */
const BOUNDARY = 'system-ready';
const BOOT_NAMES: ReadonlySet<string> = new Set([
  'system-preparing',
  'app-id',
  'compose-hash',
  'instance-id',
  'boot-mr-done',
  'os-image-hash',
  'key-provider',
  'storage-fs',
  'mr-kms',
  BOUNDARY,
]);

export type Phase = 'boot' | 'runtime';

/**
 * The phase of each application event of RTMR3, in order. A name of the boot that comes twice, or after the boot has ended, would let
 * an application pass off its own `compose-hash`.
 * @throws CocoonError `ATTESTATION_EVENT_FOREIGN`
 */
export function dstackPhases(contents: readonly (ProvenContent | undefined)[]): (Phase | undefined)[] {
  const seen = new Set<string>();
  let phase: Phase = 'boot';
  return contents.map((content) => {
    if (content?.kind !== 'application') return undefined;
    const { name } = content;
    if (BOOT_NAMES.has(name)) {
      checkEvent(phase === 'boot', 'EVENT_FOREIGN', `${name} after ${BOUNDARY}`);
      checkEvent(!seen.has(name), 'EVENT_FOREIGN', `${name} twice`);
      seen.add(name);
    }
    const current = phase;
    if (name === BOUNDARY) phase = 'runtime';
    return current;
  });
}
