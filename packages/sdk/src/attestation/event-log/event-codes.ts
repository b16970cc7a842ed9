// Which ways can a boot log fail? Apart from the other codes, because a page without boot logs never loads them.
import { type CodeEntry, type CodesOf, listCodes } from '../codes.js';

/** Codes (without the prefix `ATTESTATION_`), each with its message. Codes are stable. */
const STAGES = {
  'event-log': {
    remedy: 'Nothing was sent. Use another machine, or its log of the present boot.',
    codes: {
      EVENT_LOG_FORMAT: 'Malformed event log',
      EVENT_LOG_MISMATCH: 'Event log of another machine or boot',
      EVENT_FOREIGN: 'Event of the boot from elsewhere',
      EVENT_RULE: 'Boot not allowed',
      EVENT_OPTIONS: 'Unusable event rule',
    },
  },
  measure: {
    remedy: 'Check that the file is what its name says, and complete.',
    codes: {
      MEASURE_FIRMWARE: 'Unusable firmware file',
      MEASURE_KERNEL: 'Unusable kernel file',
      MEASURE_IMAGE: 'Unusable image description',
      MEASURE_MISMATCH: 'Not started from this image',
    },
  },
} as const;

export type EventCode = CodesOf<(typeof STAGES)[keyof typeof STAGES]>;

/** Every code of boot logs and of computing measurements, with the prefix it has in errors. */
export const EVENT_CODES: readonly CodeEntry[] = /* @__PURE__ */ listCodes(STAGES);
