// Is this quote good? Offline, from files.
import { parseCollateral } from '../attestation/collateral/parse-collateral.js';
import type { QuotePolicy } from '../attestation/policy.js';
import type { VerifiedQuote } from '../attestation/verified-quote.js';
import { verifyQuote } from '../attestation/verify-quote.js';
import { fromHex, toHex } from '../internal/bytes.js';
import { SIMULATED_TDX } from '../report/simulated-label.js';
import { simulatedAnchor } from '../unsafe.js';
import { readBytes, readJson, readLimited, usage } from './read-input.js';
import type { Output } from './run-command.js';

export interface VerifyOptions {
  collateral: string;
  at?: string | undefined;
  anchor?: string | undefined;
  policy?: string | undefined;
  json?: boolean | undefined;
}

/** Without a policy file the quote's code and report data are shown but not judged, and the output says so. */
export async function verifyCommand(
  quote: string,
  options: VerifyOptions,
  { output, now }: { output: Output; now: () => Date },
): Promise<void> {
  const collateral = await readJson(options.collateral);
  const policy = options.policy === undefined ? undefined : readPolicy(await readJson(options.policy));
  const verified = await verifyQuote(await readBytes(quote), {
    collateral: parseCollateral(collateral),
    now: options.at === undefined ? now() : readTime(options.at),
    policy: policy ?? { measurements: 'any', reportData: 'any' },
    anchor: options.anchor === undefined ? undefined : simulatedAnchor(await readLimited(options.anchor)),
  });
  const unjudged = [
    ...(policy === undefined || policy.measurements === 'any' ? ['which code runs (measurements)'] : []),
    ...(policy === undefined || policy.reportData === 'any'
      ? ['what the quote is bound to (report data)']
      : []),
  ];
  output.out(options.json === true ? `${toJson(verified, unjudged)}\n` : toText(verified, unjudged));
}

function readPolicy(file: Record<string, unknown>): QuotePolicy {
  const { reportData, ...rest } = file;
  if (reportData !== 'any' && typeof reportData !== 'string') {
    throw usage('POLICY_INVALID', "The policy's reportData is neither hex nor 'any'.");
  }
  const policy = { ...rest, reportData: reportData === 'any' ? reportData : fromHex(reportData) };
  // verifyQuote checks the shape of every field before it uses any, and refuses unknown ones.
  return policy as unknown as QuotePolicy;
}

function readTime(text: string): Date {
  const time = new Date(/^[0-9]{1,12}$/.test(text) ? Number(text) * 1000 : text);
  if (Number.isNaN(time.getTime()))
    throw usage('TIME_INVALID', '--at is neither Unix seconds nor an ISO 8601 time.');
  return time;
}

function toJson({ reportData, ...verified }: VerifiedQuote, unjudged: readonly string[]): string {
  const label = verified.simulated ? { label: SIMULATED_TDX } : {};
  return JSON.stringify({
    verified: true,
    ...label,
    ...verified,
    reportData: toHex(reportData),
    notJudged: unjudged,
  });
}

function toText(verified: VerifiedQuote, unjudged: readonly string[]): string {
  const { checks, tcb, measurements, simulated, validUntil } = verified;
  return [
    ...(simulated ? [`${SIMULATED_TDX}: this quote proves nothing about hardware.`] : []),
    ...checks.map(
      ({ step, name, detail }) =>
        `ok ${String(step).padStart(2)} ${name}${detail === undefined ? '' : `: ${detail}`}`,
    ),
    `MRTD ${measurements.mrtd}`,
    `report data ${toHex(verified.reportData)}`,
    ...unjudged.map((what) => `not judged: ${what}; pass --policy`),
    `Verified: TCB status ${tcb.status}, valid until ${validUntil.toISOString()}.`,
    '',
  ].join('\n');
}
