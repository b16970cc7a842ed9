// Which purpose and which machine is a sealing for? The HPKE info of PROTOCOL.md §6.3, §6.4, §8.6 and §11.1.
import { concat, utf8 } from '../internal/bytes.js';
import { LABELS } from '../protocol/labels.js';

const INFO_LABELS = {
  request: LABELS.request,
  envelope: LABELS.envelope,
  control: LABELS.control,
  link: LABELS.link,
} as const;

export type SealingUse = keyof typeof INFO_LABELS;

/** label ‖ 0x00 ‖ manifest digest: a sealing is useless for another purpose, machine or key epoch. */
export function hpkeInfo(use: SealingUse, digest: Uint8Array): Uint8Array {
  return concat(utf8(INFO_LABELS[use]), Uint8Array.of(0), digest);
}
