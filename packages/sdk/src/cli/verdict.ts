// What did `cocoonkit verify` find out, for programs?
import type { QuotePolicy } from '../attestation/policy.js';
import type { VerifiedQuote } from '../attestation/verified-quote.js';
import type { CocoonError } from '../errors.js';
import { toHex } from '../internal/bytes.js';
import { SIMULATED_TDX } from '../report/simulated-label.js';

/** A verdict, the time it holds for and the policy it was made under. */
export type QuoteVerdict = { simulated: boolean; at: Date; policy: QuotePolicy } & (
  | { outcome: 'accept'; verified: VerifiedQuote }
  | { outcome: 'reject'; error: CocoonError }
);

/** What the policy left open: shown in every output. */
export function notJudged({ measurements, reportData }: QuotePolicy): string[] {
  return [
    ...(measurements === 'any' ? ['measurements'] : []),
    ...(reportData === 'any' ? ['reportData'] : []),
  ];
}

/** One JSON object; bytes as hex, times as ISO 8601. */
export function verdictJson(verdict: QuoteVerdict): string {
  const { outcome, simulated, at, policy } = verdict;
  const head = simulated ? { label: SIMULATED_TDX } : {};
  if (verdict.outcome === 'reject') {
    const { code, stage, message, remedy } = verdict.error;
    return JSON.stringify({ ...head, outcome, code, stage, simulated, at, message, remedy, checks: [] });
  }
  const { checks, reportData, ...claims } = verdict.verified;
  return JSON.stringify({
    ...head,
    outcome,
    status: claims.tcb.status,
    simulated,
    at,
    notJudged: notJudged(policy),
    claims: { ...claims, reportData: toHex(reportData) },
    checks,
  });
}
