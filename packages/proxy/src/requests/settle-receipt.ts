// May this bill be charged, and what is the worker told? Only a valid receipt for an open reservation is (PROTOCOL.md §9).
import { CocoonError } from '@cocoonkit/sdk/errors';
import { type LinkControl, type Receipt, receiptLayout } from '@cocoonkit/sdk/protocol';
import { verifyPublicReceipt } from '@cocoonkit/sdk/receipts';
import type { VerifiedMachine } from '@cocoonkit/sdk/seal/envelope';
import { toHex } from '../hex.js';
import type { ProxyParts } from '../proxy-parts.js';
import { requestName } from '../request-name.js';
import type { OpenRequest } from './open-requests.js';

/** From whom it came: its name, its verified keys, and a way to answer. */
export interface ReceiptSource {
  readonly digest: string;
  readonly worker: VerifiedMachine;
  send(control: LinkControl): Promise<void>;
}

interface Bill {
  coreHash: Uint8Array;
  receipt: Uint8Array;
  signature: Uint8Array;
  held: boolean;
}

/** Without an acknowledgement the worker asks again later. @throws TypeError for a message without its fields. */
export async function settleReceipt(
  source: ReceiptSource,
  control: LinkControl,
  parts: ProxyParts,
): Promise<void> {
  const { coreHash, receipt, receiptSignature: signature, held } = control;
  if (coreHash === undefined || receipt === undefined || signature === undefined)
    throw new TypeError('a receipt without its fields');
  const bill: Bill = { coreHash, receipt, signature, held: held === 1 };
  const request = parts.requests.find(coreHash);
  const code =
    request === undefined ? settleUnknown(bill, parts) : await settleKnown(request, bill, source, parts);
  if (code === 'retry') return;
  await source.send({ type: 'receipt-ack', coreHash, code });
}

/** A repetition of what was charged is acknowledged; anything else is nobody's debt. */
function settleUnknown(bill: Bill, { ledger, metrics }: ProxyParts): string | undefined {
  let receipt: Receipt;
  try {
    receipt = receiptLayout.decode(bill.receipt);
  } catch {
    return 'MALFORMED';
  }
  const known = ledger.operation(toHex(receipt.operationId));
  if (known?.state === 'charged' && known.coreHash === toHex(bill.coreHash)) return undefined;
  metrics.receipt('refused');
  return 'RESERVATION_UNKNOWN';
}

async function settleKnown(
  request: OpenRequest,
  bill: Bill,
  source: ReceiptSource,
  parts: ProxyParts,
): Promise<string | undefined> {
  const { ledger, requests, metrics, log, now } = parts;
  const at = (): number => Math.floor(now().getTime() / 1000);
  const { account, operation: op, key, core, coreHash, assignmentHash } = request;
  try {
    const worker = request.worker ?? source.worker;
    const signed = { receipt: bill.receipt, signature: bill.signature };
    const receipt = await verifyPublicReceipt({ ...signed, worker, core, coreHash, assignmentHash });
    const charge = await ledger.charge({
      account,
      op,
      coreHash: key,
      worker: request.workerDigest,
      tokens: receipt.tokens,
      finish: receipt.finish,
      receiptPublic: bill.receipt,
      receiptSignature: bill.signature,
      authorization: request.authorization,
      resumable: bill.held,
      at: at(),
    });
    if (charge.repeated) {
      const same = ledger.operation(op, account)?.coreHash === key;
      requests.settle(request, same ? { outcome: 'charged', charge } : { outcome: 'uncharged' }, at());
      if (same) return undefined;
      // Another attempt of this operation was charged meanwhile; the ledger keeps this bill as evidence.
      metrics.receipt('refused');
      return 'OP_ALREADY_CHARGED';
    }
    requests.settle(request, { outcome: 'charged', charge }, at());
    const revoked = parts.workers.find(request.workerDigest)?.revoked === true;
    metrics.receipt(revoked ? 'charged-revoked' : 'charged');
    metrics.charged(charge.tokens);
    parts.workers
      .reputation(request.workerDigest)
      .record(receipt.finish === 'error' ? 'failed' : 'good', now().getTime());
    log('info', {
      event: 'charged',
      request: requestName(core.operationId),
      outcome: receipt.finish,
      code: revoked ? 'WORKER_REVOKED' : undefined,
      machine: source.digest.slice(0, 16),
    });
    return undefined;
  } catch (error) {
    const code = error instanceof CocoonError ? error.code : 'INTERNAL';
    if (RETRY.has(code)) {
      metrics.receipt('retry');
      return 'retry';
    }
    // Anybody with a channel can send such bytes; only the machine it was assigned to ends its own request with them.
    if (source.digest === request.workerDigest) {
      if (code !== 'RESERVATION_UNKNOWN')
        parts.workers.reputation(request.workerDigest).record('lied', now().getTime());
      await ledger.release({ account, op, coreHash: key, reason: 'refused', at: at() }).catch(() => {});
      requests.settle(request, { outcome: 'uncharged' }, at());
    }
    metrics.receipt('refused');
    log('warn', {
      event: 'receipt-refused',
      request: requestName(core.operationId),
      code,
      machine: source.digest.slice(0, 16),
    });
    return code;
  }
}

/** The ledger could not take it now; the bill stands. */
const RETRY: ReadonlySet<string> = new Set([
  'LEDGER_BUSY',
  'LEDGER_UNAVAILABLE',
  'LEDGER_CLOSED',
  'INTERNAL',
]);
