// Does a saved report, or the bill in it, still hold? Offline, as of the time it was made.

import { CocoonError } from '../errors.js';
import { toHex } from '../internal/bytes.js';
import { type VerifiedExport, verifyReportExport } from '../report/index.js';
import { SIMULATED_TDX } from '../report/simulated-label.js';
import { readAnchor } from './read-anchor.js';
import { readLimited } from './read-input.js';
import type { Output } from './run-command.js';
import { wrapText } from './wrap-text.js';

export interface ReportOptions {
  anchor?: string | undefined;
  simulated?: boolean | undefined;
  json?: boolean | undefined;
}

/** `what` is the word the command was called with: a bill needs a report of an answer. */
export async function reportVerifyCommand(
  what: 'report' | 'receipt',
  path: string,
  options: ReportOptions,
  { output }: { output: Output },
): Promise<void> {
  const verified = await verifyReportExport(await readLimited(path), {
    anchor: await readAnchor(options.anchor, options.simulated === true),
  });
  if (what === 'receipt' && verified.receipt === undefined) throw noReceipt();
  const shown = what === 'report' ? reportLines(verified) : receiptLines(verified);
  if (options.json === true) output.out(`${toJson(verified)}\n`);
  else output.out(`${[...headLines(verified), ...shown, ...openLines(verified)].join('\n')}\n`);
}

function headLines({ simulated, at, machines }: VerifiedExport): string[] {
  const mark = simulated ? `${SIMULATED_TDX}: nothing in it is proven about hardware. ` : '';
  return wrapText(
    `${mark}Verified: ${machines.length} machine(s) and their evidence hold for ${at.toISOString()}.`,
  );
}

function reportLines({ report, digest }: VerifiedExport): string[] {
  return ['', report.toString(), '', `file content SHA-256 (base64url) ${digest}`];
}

function receiptLines({ receipt }: VerifiedExport): string[] {
  if (receipt === undefined) return [];
  const { cost, private: details, worker } = receipt;
  const { usage } = details;
  return [
    '',
    'Bill',
    `  worker ${toHex(worker.digest.subarray(0, 8))}, model ${receipt.receipt.model}`,
    `  prompt ${usage.prompt} tokens (${usage.cached} cached), completion ${usage.completion} (${usage.reasoning} reasoning),`,
    `  counted by ${details.countedBy}`,
    `  charged ${receipt.receipt.tokens} tokens: ${cost.client} nanoTON, of it ${cost.worker} to the worker`,
    `  ended as ${receipt.receipt.finish} after ${receipt.receipt.frames} frames`,
  ];
}

function openLines({ notRechecked }: VerifiedExport): string[] {
  return ['', 'Not checked again', ...notRechecked.flatMap((text) => wrapText(text, 2))];
}

function toJson({ report, receipt, at, simulated, digest, notRechecked }: VerifiedExport): string {
  return JSON.stringify(
    {
      ...(simulated ? { label: SIMULATED_TDX } : {}),
      outcome: 'accept',
      simulated,
      at,
      digest,
      notRechecked,
      ...(receipt === undefined
        ? {}
        : {
            receipt: {
              worker: toHex(receipt.worker.digest),
              model: receipt.receipt.model,
              usage: receipt.private.usage,
              countedBy: receipt.private.countedBy,
              tokens: receipt.receipt.tokens,
              finish: receipt.receipt.finish,
              cost: receipt.cost,
            },
          }),
      report,
    },
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
}

function noReceipt(): CocoonError {
  return new CocoonError({
    kind: 'attestation',
    code: 'RECEIPT_MISSING',
    message: 'The report is of machines alone and holds no receipt.',
    remedy: 'Export the report of an answer, with `cocoonkit chat --export <file>`.',
  });
}
