// What does the proxy's ledger get of a finished request?
import { type Core, type Final, LIMITS } from '@cocoonkit/sdk/protocol';
import type { OutboxEntry } from './outbox.js';

export function outboxEntry(core: Core, coreHash: Uint8Array, final: Final): OutboxEntry {
  return {
    coreHash,
    audience: core.audience,
    receipt: final.receipt,
    signature: final.signature,
    until: core.expires + Math.ceil(core.maxMs / 1000) + LIMITS.receiptGraceSeconds,
  };
}
