// What does the ledger of the in-memory proxy book for a bill? What a proxy can judge without the token split (PROTOCOL.md §9).
import { equalBytes } from '../internal/bytes.js';
import type { Core } from '../protocol/core.js';
import type { Final } from '../protocol/frame.js';
import { LABELS } from '../protocol/labels.js';
import { receiptLayout } from '../protocol/receipt.js';
import { signedLabelled } from '../seal/envelope/sign-digest.js';
import type { SimulatedMachine } from './simulated-machine.js';

/** Tokens to charge; undefined for a bill that is not this worker's, for this request, or within its cap. */
export async function chargeable(
  { receipt: encoded, signature }: Final,
  expected: { machine: SimulatedMachine; core: Core; coreHash: Uint8Array; assignmentHash: Uint8Array },
): Promise<bigint | undefined> {
  const { machine, core, coreHash, assignmentHash } = expected;
  const { manifest, digest } = machine;
  if (!(await signedLabelled(manifest.signingPublicKey, LABELS.receipt, encoded, signature)))
    return undefined;
  const receipt = receiptLayout.decode(encoded);
  const own =
    equalBytes(receipt.workerDigest, digest) &&
    equalBytes(receipt.coreHash, coreHash) &&
    equalBytes(receipt.operationId, core.operationId) &&
    equalBytes(receipt.assignmentHash, assignmentHash) &&
    equalBytes(receipt.priceDigest, core.priceDigest) &&
    receipt.audience === core.audience &&
    receipt.model === core.model &&
    receipt.coefficient === manifest.worker?.coefficient;
  const affordable =
    receipt.tokens <= core.capTokens && (receipt.finish !== 'error' || receipt.tokens === 0n);
  return own && affordable ? receipt.tokens : undefined;
}
