// What does nearly every message carry?
import type { Address } from '@ton/core';

export interface Addressed {
  /** Any number; answers repeat it. */
  readonly queryId: bigint;
  /** Who gets what is left of the message's value. */
  readonly sendExcessesTo: Address;
}
