// Does the bill agree with what this client asked, received and would pay? (PROTOCOL.md §9)
import { equalBytes } from '../internal/bytes.js';
import { labelledHash } from '../internal/labelled-hash.js';
import type { Core } from '../protocol/core.js';
import type { Final } from '../protocol/frame.js';
import { LABELS } from '../protocol/labels.js';
import { adjustedTokens, type PriceTable } from '../protocol/price.js';
import { type PrivateReceipt, privateReceiptLayout, type Receipt } from '../protocol/receipt.js';
import { priceDigest } from '../seal/envelope/digests.js';
import { misuse } from '../seal/seal-error.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import { checkCap, checkFailedIsFree, checkPrice, checkSigned } from './check-public-half.js';
import { badReceipt } from './receipt-error.js';

/** A bill that passed every check. Made only by `verifyReceipt`. */
export interface VerifiedReceipt {
  readonly receipt: Receipt;
  readonly private: PrivateReceipt;
  readonly worker: VerifiedMachine;
  /** nanoTON. */
  readonly cost: { readonly client: bigint; readonly worker: bigint; readonly proxy: bigint };
  /** As signed, for keeping and checking again later. */
  readonly final: Final;
}

const minted = new WeakSet<VerifiedReceipt>();

/** @throws CocoonError `RECEIPT_NOT_VERIFIED` for a look-alike. */
export function checkVerifiedReceipt(receipt: VerifiedReceipt): VerifiedReceipt {
  if (minted.has(receipt)) return receipt;
  throw misuse(
    'RECEIPT_NOT_VERIFIED',
    'This receipt did not come from verifyReceipt.',
    'Pass the value itself.',
  );
}

/**
 * Checks in the order of PROTOCOL.md §9. Does not check byte bounds: see `checkBounds`.
 * @throws CocoonError `RECEIPT_SIGNATURE`, `RECEIPT_WRONG_WORKER`, `RECEIPT_WRONG_REQUEST`, `RECEIPT_TRANSCRIPT`, `RECEIPT_WRONG_PRICE`,
 * `RECEIPT_COMMITMENT`, `RECEIPT_ARITHMETIC`, `RECEIPT_ABOVE_CAP`, `MALFORMED`, `UNSUPPORTED_…`
 */
export async function verifyReceipt(options: {
  final: Final;
  worker: VerifiedMachine;
  core: Core;
  coreHash: Uint8Array;
  /** The client's own record of the answer, before FINAL. */
  transcript: Uint8Array;
  frames: number;
  /** The table `core.priceDigest` names. */
  prices: PriceTable;
}): Promise<VerifiedReceipt> {
  const { final, worker, core, coreHash, transcript, frames, prices } = options;
  const { receipt, claims } = await checkSigned({
    receipt: final.receipt,
    signature: final.signature,
    worker,
    core,
    coreHash,
  });
  if (!equalBytes(receipt.transcript, transcript) || receipt.frames !== frames) {
    throw badReceipt('RECEIPT_TRANSCRIPT', 'The receipt is for another answer than the one received.');
  }
  checkPrice(receipt, core, claims);
  if (!equalBytes(receipt.priceDigest, priceDigest(prices))) {
    throw badReceipt('RECEIPT_WRONG_PRICE', 'The receipt’s price table is not the one this client knows.');
  }
  if (!equalBytes(receipt.privateCommitment, labelledHash(LABELS.privateReceipt, final.privateReceipt))) {
    throw badReceipt('RECEIPT_COMMITMENT', 'The receipt’s two halves do not belong together.');
  }
  const details = privateReceiptLayout.decode(final.privateReceipt);
  checkArithmetic(receipt, details, prices);
  checkCap(receipt, core);
  if (details.usage.completion > core.maxOutput) {
    throw badReceipt('RECEIPT_ABOVE_CAP', 'More was generated than the request allowed.');
  }
  const verified: VerifiedReceipt = Object.freeze({
    receipt,
    private: details,
    worker,
    cost: costOf(receipt.tokens, prices),
    final,
  });
  minted.add(verified);
  return verified;
}

/** nanoTON of a bill, and who gets them (PROTOCOL.md §10). */
export function costOf(tokens: bigint, prices: PriceTable): VerifiedReceipt['cost'] {
  const client = tokens * prices.pricePerToken;
  const worker = tokens * prices.workerPerToken;
  return Object.freeze({ client, worker, proxy: client - worker });
}

function checkArithmetic(receipt: Receipt, { usage }: PrivateReceipt, prices: PriceTable): void {
  if (usage.cached > usage.prompt || usage.reasoning > usage.completion) {
    throw badReceipt('RECEIPT_ARITHMETIC', 'The counts of the receipt contradict each other.');
  }
  checkFailedIsFree(receipt);
  if (receipt.finish !== 'error' && receipt.tokens !== adjustedTokens(usage, receipt.coefficient, prices)) {
    throw badReceipt('RECEIPT_ARITHMETIC', 'The bill is not what its counts cost.');
  }
}
