// Verifies a genuine Intel TDX quote, offline, and shows what it proves. Nothing is sent anywhere.
//
//   node examples/01-verify-only/main.mjs                               the sample below
//   node examples/01-verify-only/main.mjs QUOTE COLLATERAL [ISO TIME]   your own
import { readFile } from 'node:fs/promises';
import { CocoonError } from '@cocoonkit/sdk';
import { parseCollateral, verifyQuote } from '@cocoonkit/sdk/attestation';

// A quote and Intel's collateral of its time, published with TelegramMessenger/cocoon and dcap-qvl (see SOURCES.md there).
const samples = new URL('../../packages/sdk/spec/vectors/quotes/', import.meta.url);
const [quoteFile, collateralFile, at] = process.argv.slice(2);
const quote = await readFile(quoteFile ?? new URL('quotes/cocoon-v4.dat', samples));
const collateral = await readFile(
  collateralFile ?? new URL('collateral/2026-03-05.phala_v5_90c0_azure_2026_02.json', samples),
);
// The sample's collateral has expired, so it is judged as of a day on which it held.
const now = new Date(at ?? (quoteFile === undefined ? '2026-03-05T12:00:00Z' : Date.now()));

try {
  const verified = await verifyQuote(quote, {
    collateral: parseCollateral(collateral),
    now,
    // An application names the code it expects and what the quote must bind; here everything is shown instead.
    policy: { measurements: 'any', reportData: 'any' },
  });

  console.log(`Genuine TDX machine: ${verified.simulated ? 'no, SIMULATED TDX' : 'yes, under Intel’s root'}`);
  console.log(
    `TCB status:          ${verified.tcb.status} (${verified.tcb.date.toISOString().slice(0, 10)})`,
  );
  console.log(`Debug:               ${verified.attributes.debug ? 'ON' : 'off'}`);
  console.log(`MRTD:                ${verified.measurements.mrtd}`);
  console.log(
    `Holds:               ${verified.validFrom.toISOString()} to ${verified.validUntil.toISOString()}`,
  );
  console.log('Checks made:');
  for (const check of verified.checks) {
    console.log(
      `  ${String(check.step).padStart(2)}  ${check.name}${check.detail === undefined ? '' : `: ${check.detail}`}`,
    );
  }
} catch (error) {
  if (!(error instanceof CocoonError)) throw error;
  console.error(`Refused: ${error.message} (${error.code})\n${error.remedy}`);
  process.exitCode = 1;
}
