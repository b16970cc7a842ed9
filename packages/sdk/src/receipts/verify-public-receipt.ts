// May the proxy charge this? The clear half against the reservation and the assignment (PROTOCOL.md §9).
import { equalBytes } from '../internal/bytes.js';
import type { Core } from '../protocol/core.js';
import type { Receipt } from '../protocol/receipt.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import { checkCap, checkFailedIsFree, checkPrice, checkSigned } from './check-public-half.js';
import { badReceipt } from './receipt-error.js';

/**
 * What a proxy can check without seeing how the tokens split.
 * @throws CocoonError `RECEIPT_SIGNATURE`, `RECEIPT_WRONG_WORKER`, `RECEIPT_WRONG_REQUEST` (also for another assignment),
 * `RECEIPT_WRONG_PRICE`, `RECEIPT_ARITHMETIC`, `RECEIPT_ABOVE_CAP`, `MALFORMED`, `UNSUPPORTED_…`
 */
export async function verifyPublicReceipt(options: {
  receipt: Uint8Array;
  signature: Uint8Array;
  worker: VerifiedMachine;
  core: Core;
  coreHash: Uint8Array;
  assignmentHash: Uint8Array;
}): Promise<Receipt> {
  const { core, assignmentHash } = options;
  const { receipt, claims } = await checkSigned(options);
  if (!equalBytes(receipt.assignmentHash, assignmentHash)) {
    throw badReceipt('RECEIPT_WRONG_REQUEST', 'The receipt names another assignment.');
  }
  checkPrice(receipt, core, claims);
  checkFailedIsFree(receipt);
  checkCap(receipt, core);
  return receipt;
}
