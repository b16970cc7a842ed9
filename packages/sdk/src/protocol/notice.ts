// What does the proxy itself say to a client, sealed under the envelope's key? (PROTOCOL.md §8.5)
import { bytesUpTo, choice, text, u32, u64 } from './fields.js';
import { defineLayout, type Layout, optional, required } from './tlv.js';

/** `refused` ends the request before a worker has it; `settled` follows the worker's FINAL. */
export interface Notice {
  type: 'refused' | 'settled';
  /** For `refused`: a code of PROTOCOL.md §13. */
  code?: string | undefined;
  retryAfterMs?: number | undefined;
  /** For `settled`: adjusted tokens charged for this operation. */
  chargedTokens?: bigint | undefined;
  /** Adjusted tokens the account can still spend. */
  spendableTokens?: bigint | undefined;
  /** Admission ticket for the next message. */
  ticket?: Uint8Array | undefined;
}

export const noticeLayout: Layout<Notice> = defineLayout<Notice>('Notice', {
  type: required(2, choice({ refused: 1, settled: 2 })),
  code: optional(4, text(64)),
  retryAfterMs: optional(5, u32),
  chargedTokens: optional(6, u64),
  spendableTokens: optional(7, u64),
  ticket: optional(9, bytesUpTo(64)),
});
