// Is this quote good? Offline, from files.
import type { SimulatedAnchor } from '../attestation/anchor.js';
import { parseCollateral } from '../attestation/collateral/parse-collateral.js';
import { verifyEventLog } from '../attestation/event-log/verify-event-log.js';
import { GENUINE_POLICY } from '../attestation/genuine-policy.js';
import type { QuotePolicy } from '../attestation/policy.js';
import { verifyQuote } from '../attestation/verify-quote.js';
import { CocoonError } from '../errors.js';
import { decodeQuote } from './decode-quote.js';
import { readAnchor } from './read-anchor.js';
import { readLimited, usage } from './read-input.js';
import { readPolicy } from './read-policy.js';
import type { Output } from './run-command.js';
import { type QuoteVerdict, verdictJson } from './verdict.js';
import { verdictText } from './verdict-text.js';

export interface VerifyOptions {
  collateral: string;
  at?: string | undefined;
  anchor?: string | undefined;
  policy?: string | undefined;
  eventLog?: string | undefined;
  json?: boolean | undefined;
}

/**
 * Prints the verdict and returns the exit code: 0 accepted, 1 rejected. Without a policy the quote's code and report data
 * are shown but not judged, and the output says so.
 * @throws CocoonError of kind `config` for unusable files and options
 */
export async function verifyCommand(
  path: string,
  options: VerifyOptions,
  { output, now }: { output: Output; now: () => Date },
): Promise<number> {
  const at = options.at === undefined ? now() : readTime(options.at);
  const policy = await readPolicy(options.policy);
  const anchor = await readAnchor(options.anchor);
  const files = {
    quote: await readLimited(path),
    collateral: await readLimited(options.collateral),
    eventLog: options.eventLog === undefined ? undefined : await readLimited(options.eventLog),
  };
  const verdict = await judge(files, { at, policy, anchor });
  output.out(options.json === true ? `${verdictJson(verdict)}\n` : verdictText(verdict));
  return verdict.outcome === 'accept' ? 0 : 1;
}

async function judge(
  files: { quote: Uint8Array; collateral: Uint8Array; eventLog: Uint8Array | undefined },
  { at, policy, anchor }: { at: Date; policy: QuotePolicy; anchor: SimulatedAnchor | undefined },
): Promise<QuoteVerdict> {
  const simulated = anchor !== undefined;
  const verifyUnder = async (judged: QuotePolicy) =>
    verifyQuote(decodeQuote(files.quote), {
      collateral: parseCollateral(files.collateral),
      now: at,
      policy: judged,
      anchor,
    });
  try {
    const verified = await verifyUnder(policy);
    const eventLog = files.eventLog && (await verifyEventLog(files.eventLog, verified));
    return { outcome: 'accept', simulated, at, policy, verified, eventLog };
  } catch (error) {
    if (!(error instanceof CocoonError) || error.kind !== 'attestation') throw error;
    // What the policy refuses is a genuine quote all the same, and its status is what people ask for first.
    const verified =
      error.stage === 'policy' ? await verifyUnder(GENUINE_POLICY).catch(() => undefined) : undefined;
    return { outcome: 'reject', simulated, at, policy, error, verified };
  }
}

function readTime(text: string): Date {
  // A time without zone would mean another moment on every machine.
  const iso =
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2}))?$/;
  const seconds = /^[0-9]{1,11}$/.test(text);
  const time = new Date(seconds ? Number(text) * 1000 : iso.test(text) ? text : Number.NaN);
  if (Number.isNaN(time.getTime())) {
    throw usage(
      'TIME_INVALID',
      '--at is neither Unix seconds nor an ISO 8601 time.',
      'Write 1750400000 or 2025-06-20T06:13:20Z.',
    );
  }
  return time;
}
