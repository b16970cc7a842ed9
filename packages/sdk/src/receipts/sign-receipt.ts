// How does a worker sign its bill? Public half for proxy and client, private half for the client alone (PROTOCOL.md §9).

import { labelledHash } from '../internal/labelled-hash.js';
import type { Signer } from '../internal/primitives.js';
import { type Final, finalLayout } from '../protocol/frame.js';
import { LABELS } from '../protocol/labels.js';
import {
  type PrivateReceipt,
  privateReceiptLayout,
  type Receipt,
  receiptLayout,
} from '../protocol/receipt.js';
import { signLabelled } from '../seal/envelope/sign-digest.js';

/** The commitment is computed here; whatever the caller put there is replaced. */
export type UnsignedReceipt = Omit<Receipt, 'privateCommitment'>;

/** @throws CocoonError `MALFORMED` when a field is out of range. */
export async function signReceipt(
  signer: Signer,
  unsigned: UnsignedReceipt,
  privateReceipt: PrivateReceipt,
): Promise<Final> {
  const privateBytes = privateReceiptLayout.encode(privateReceipt);
  const privateCommitment = labelledHash(LABELS.privateReceipt, privateBytes);
  const receipt = receiptLayout.encode({ ...unsigned, privateCommitment });
  return {
    receipt,
    signature: await signLabelled(signer, LABELS.receipt, receipt),
    privateReceipt: privateBytes,
  };
}

/** Length of FINAL's content for such a receipt; equal for equal names, whatever the numbers. For `padBeforeFinal`. */
export function finalBytes(unsigned: UnsignedReceipt, privateReceipt: PrivateReceipt): number {
  return finalLayout.encode({
    receipt: receiptLayout.encode({ ...unsigned, privateCommitment: new Uint8Array(32) }),
    signature: new Uint8Array(64),
    privateReceipt: privateReceiptLayout.encode(privateReceipt),
  }).length;
}
