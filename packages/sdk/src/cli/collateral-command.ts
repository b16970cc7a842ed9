// Which collateral goes with this quote today? Fetched and written to a file for `verify`, worker and proxy.
import { writeFile } from 'node:fs/promises';
import { packStaple } from '../attestation/collateral/pack-staple.js';
import { dcapJson } from './dcap-json.js';
import { decodeQuote } from './decode-quote.js';
import { readLimited, usage } from './read-input.js';
import type { Output } from './run-command.js';

export interface CollateralOptions {
  out: string;
  pccs?: string | undefined;
  rootCrl?: string | undefined;
  update?: 'standard' | 'early' | undefined;
  number?: string | undefined;
  format: 'staple' | 'json';
  json?: boolean | undefined;
}

/** @throws CocoonError as `fetchCollateral`, `quotePlatform`, and `NUMBER_INVALID` */
export async function fetchCollateralCommand(
  path: string,
  options: CollateralOptions,
  { output, signal }: { output: Output; signal: AbortSignal },
): Promise<void> {
  // The libraries for this are loaded by this command alone.
  const { fetchCollateral, quotePlatform } = await import('../pcs/index.js');
  const platform = quotePlatform(decodeQuote(await readLimited(path)));
  const collateral = await fetchCollateral({
    ...platform,
    baseUrl: options.pccs,
    rootCrlUrl: options.rootCrl,
    update: options.update,
    tcbEvaluationDataNumber: options.number === undefined ? undefined : readNumber(options.number),
    signal,
  });
  const { format, out } = options;
  const bytes = format === 'json' ? dcapJson(collateral) : packStaple(collateral);
  await writeFile(out, bytes);
  output.out(
    options.json === true
      ? `${JSON.stringify({ file: out, format, bytes: bytes.length, ...platform })}\n`
      : `Wrote ${bytes.length} bytes to ${out}: collateral for FMSPC ${platform.fmspc}, ${platform.ca} CA.\n`,
  );
  output.note('Fetched, not verified: pass it to `cocoonkit verify --collateral`.\n');
}

function readNumber(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw usage('NUMBER_INVALID', '--number is no evaluation data number.');
  return Number(text);
}
