// Does the bill hold? Hard checks have passed by now; byte bounds are shown, passed or not (PROTOCOL.md §9).
import { checkBounds } from '../receipts/check-bounds.js';
import type { VerifiedReceipt } from '../receipts/verify-receipt.js';
import { machineLabel } from './machine-lines.js';
import type { ReportLine } from './verification-report.js';

/** What the client saw of an answer. */
export interface Seen {
  textBytes: number;
  choices: number;
  jsonBytes: number;
  messages: number;
}

export function receiptLines(verified: VerifiedReceipt, seen: Seen, capTokens: bigint): ReportLine[] {
  const { receipt, private: details, worker, cost } = verified;
  const machine = machineLabel(worker);
  const { usage, countedBy } = details;
  const bounds = checkBounds(verified, seen);
  return [
    {
      check: 'receipt',
      expected: 'signed by the worker’s quoted key over this request and this answer',
      actual: `signature, request and transcript of ${receipt.frames} frames agree`,
      basis: worker.simulated ? 'assumed' : 'proven',
      passed: true,
      machine,
    },
    {
      check: 'price',
      expected: `the registry’s formula, at most ${capTokens} tokens`,
      actual: `${receipt.tokens} tokens, ${cost.client} nanoTON`,
      basis: 'proven',
      passed: true,
      machine,
    },
    {
      check: 'token counts',
      expected: 'as the model’s tokenizer counts',
      actual: `prompt ${usage.prompt}, completion ${usage.completion}, counted by ${countedBy}`,
      basis: 'declared',
      passed: true,
      machine,
    },
    ...bounds.map(
      ({ name, tokens, limit, passed }): ReportLine => ({
        check: `${name} bound`,
        expected: `at most ${limit} tokens for the bytes seen`,
        actual: String(tokens),
        basis: 'proven',
        passed,
        machine,
      }),
    ),
    // A fresh salt was sent, so nothing can have been cached under it.
    {
      check: 'cache',
      expected: '0 cached tokens on a fresh salt',
      actual: String(usage.cached),
      basis: 'declared',
      passed: usage.cached === 0,
      machine,
    },
  ];
}
