// Is the clear half of a receipt this worker's bill for this request? Shared by client and proxy (PROTOCOL.md §9).
import { equalBytes } from '../internal/bytes.js';
import type { Core } from '../protocol/core.js';
import { LABELS, PROTOCOL_VERSION } from '../protocol/labels.js';
import type { WorkerClaims } from '../protocol/manifest.js';
import { type Receipt, receiptLayout } from '../protocol/receipt.js';
import { signedLabelled } from '../seal/envelope/sign-digest.js';
import { checkVerified, type VerifiedMachine } from '../seal/verified-machine.js';
import { badReceipt } from './receipt-error.js';

/** @throws CocoonError `RECEIPT_SIGNATURE`, `RECEIPT_WRONG_WORKER`, `RECEIPT_WRONG_REQUEST`, `MALFORMED`, `UNSUPPORTED_FIELD` */
export async function checkSigned(options: {
  receipt: Uint8Array;
  signature: Uint8Array;
  worker: VerifiedMachine;
  core: Core;
  coreHash: Uint8Array;
}): Promise<{ receipt: Receipt; claims: WorkerClaims }> {
  const { worker, core, coreHash } = options;
  const { manifest, digest } = checkVerified(worker);
  const claims = manifest.worker;
  if (claims === undefined) throw badReceipt('RECEIPT_WRONG_WORKER', 'Only workers sign receipts.');
  if (
    !(await signedLabelled(manifest.signingPublicKey, LABELS.receipt, options.receipt, options.signature))
  ) {
    throw badReceipt('RECEIPT_SIGNATURE', 'The receipt is not signed by the worker’s verified key.');
  }
  const receipt = receiptLayout.decode(options.receipt);
  if (receipt.version !== PROTOCOL_VERSION)
    throw badReceipt('UNSUPPORTED_VERSION', 'The receipt has another version.');
  if (!equalBytes(receipt.workerDigest, digest))
    throw badReceipt('RECEIPT_WRONG_WORKER', 'The receipt names another worker.');
  const sameRequest =
    equalBytes(receipt.coreHash, coreHash) &&
    equalBytes(receipt.operationId, core.operationId) &&
    receipt.audience === core.audience;
  if (!sameRequest)
    throw badReceipt('RECEIPT_WRONG_REQUEST', 'The receipt is for another request or ledger.');
  return { receipt, claims };
}

/** @throws CocoonError `RECEIPT_WRONG_PRICE` */
export function checkPrice(receipt: Receipt, core: Core, claims: WorkerClaims): void {
  const samePrice =
    receipt.model === core.model &&
    receipt.model === claims.model &&
    equalBytes(receipt.priceDigest, core.priceDigest) &&
    receipt.coefficient === claims.coefficient &&
    receipt.coefficient <= core.maxCoefficient;
  if (!samePrice)
    throw badReceipt('RECEIPT_WRONG_PRICE', 'The receipt is for another model, price table or coefficient.');
}

/** @throws CocoonError `RECEIPT_ARITHMETIC` */
export function checkFailedIsFree(receipt: Receipt): void {
  if (receipt.finish === 'error' && receipt.tokens !== 0n) {
    throw badReceipt('RECEIPT_ARITHMETIC', 'A failed request costs nothing.');
  }
}

/** @throws CocoonError `RECEIPT_ABOVE_CAP` */
export function checkCap(receipt: Receipt, core: Core): void {
  if (receipt.tokens > core.capTokens)
    throw badReceipt('RECEIPT_ABOVE_CAP', 'The bill is above the cap of the request.');
}
